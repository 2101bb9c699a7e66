package dev.sallyport.approval.webhook;

import dev.sallyport.approval.webhook.WebhookMessage.State;
import dev.sallyport.statements.WireName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code webhook_message}: the outbox, and what became of its messages. Its time is the database's. */
@Component
class MessageTable {
    private static final String COLUMNS =
            "id, webhook_id, approval_id, event, state, attempts, code, status, created_at, due_at";

    private static final String INSERT = """
            insert into webhook_message (workspace_id, id, webhook_id, approval_id, event, body)
            values (:workspace, :id, :webhook, :approval, :event, :body)""";

    /** Another replica's worker passes a held row over, and finds it again if this one's transaction is lost. */
    private static final String HOLD = """
            select m.workspace_id, m.id, m.webhook_id, m.body, m.attempts from webhook_message m
            join webhook w on w.workspace_id = m.workspace_id and w.id = m.webhook_id
            where m.state = 'waiting' and m.due_at <= clock_timestamp()
              and w.removed_at is null and w.quiet_until <= clock_timestamp()
            order by w.tried_at, m.due_at, m.id limit 1
            for update of m skip locked""";

    private static final String TRIED = """
            update webhook_message
            set state = :state, attempts = attempts + 1, code = :code, status = :status,
              due_at = clock_timestamp() + :millis * interval '1 millisecond',
              ended_at = case when :state = 'waiting' then null else clock_timestamp() end
            where workspace_id = :workspace and id = :id""";

    private static final String AGAIN = """
            update webhook_message
            set state = 'waiting', attempts = 0, queued_at = clock_timestamp(), due_at = clock_timestamp(), ended_at = null
            where workspace_id = :workspace and webhook_id = :webhook and id = :id and state = 'dead'
            returning %s""".formatted(COLUMNS);

    private static final String FIND = """
            select %s from webhook_message
            where workspace_id = :workspace and webhook_id = :webhook and id = :id""".formatted(COLUMNS);

    private static final String LIST = """
            select %s from webhook_message
            where workspace_id = :workspace and webhook_id = :webhook and id < :before
              and (:state = '' or state = :state)
            order by id desc limit :limit""".formatted(COLUMNS);

    private static final String GIVE_UP = """
            update webhook_message set state = 'dead', code = 'TOO_OLD', ended_at = clock_timestamp()
            where (workspace_id, id) in (select workspace_id, id from webhook_message
              where state = 'waiting' and queued_at < clock_timestamp() - :seconds * interval '1 second'
              for update skip locked)""";

    private static final String FORGET = """
            delete from webhook_message
            where state <> 'waiting' and ended_at < clock_timestamp() - :seconds * interval '1 second'""";

    private final JdbcClient jdbc;

    MessageTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A message whose row this transaction holds. */
    record Held(String workspaceId, String id, String webhookId, String body, int attempts) {}

    void insert(Webhook webhook, String id, String approvalId, WebhookEvent event, String body) {
        jdbc.sql(INSERT)
                .param("workspace", webhook.workspaceId())
                .param("id", id)
                .param("webhook", webhook.id())
                .param("approval", approvalId)
                .param("event", event.wire())
                .param("body", body)
                .update();
    }

    /** Holds the message that has been due for longest until the transaction ends; empty if there is none. */
    Optional<Held> hold() {
        return jdbc.sql(HOLD)
                .query((row, _) -> new Held(
                        row.getString("workspace_id"),
                        row.getString("id"),
                        row.getString("webhook_id"),
                        row.getString("body"),
                        row.getInt("attempts")))
                .optional();
    }

    /** Notes an attempt. */
    void tried(Held message, State state, DeliveryResult result, Duration pause) {
        jdbc.sql(TRIED)
                .param("workspace", message.workspaceId())
                .param("id", message.id())
                .param("state", state.wire())
                .param("code", result.code().name())
                .param("status", result.status())
                .param("millis", pause.toMillis())
                .update();
    }

    /** Has a dead message wait again; empty if it is not dead. */
    Optional<WebhookMessage> again(String workspaceId, String webhookId, String id) {
        return jdbc.sql(AGAIN)
                .param("workspace", workspaceId)
                .param("webhook", webhookId)
                .param("id", id)
                .query(MessageTable::message)
                .optional();
    }

    Optional<WebhookMessage> find(String workspaceId, String webhookId, String id) {
        return jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("webhook", webhookId)
                .param("id", id)
                .query(MessageTable::message)
                .optional();
    }

    /** One page, the newest first. */
    List<WebhookMessage> list(String workspaceId, String webhookId, @Nullable State state, String before, int limit) {
        return jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("webhook", webhookId)
                .param("state", state == null ? "" : state.wire())
                .param("before", before)
                .param("limit", limit)
                .query(MessageTable::message)
                .list();
    }

    /** Gives up what has waited for longer; how many there were. */
    int giveUp(Duration tried) {
        return jdbc.sql(GIVE_UP).param("seconds", tried.toSeconds()).update();
    }

    void forget(Duration kept) {
        jdbc.sql(FORGET).param("seconds", kept.toSeconds()).update();
    }

    private static WebhookMessage message(ResultSet row, int number) throws SQLException {
        String code = row.getString("code");
        return new WebhookMessage(
                row.getString("id"),
                row.getString("webhook_id"),
                row.getString("approval_id"),
                WireName.find(WebhookEvent.class, row.getString("event")).orElseThrow(),
                WireName.find(State.class, row.getString("state")).orElseThrow(),
                row.getInt("attempts"),
                code == null ? null : DeliveryCode.valueOf(code),
                row.getObject("status", Integer.class),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("due_at", OffsetDateTime.class).toInstant());
    }
}
