package dev.sallyport.approval.webhook;

import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.statements.WireName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code webhook}. Its time is the database's. */
@Component
class WebhookTable {
    private static final String COLUMNS = "workspace_id, id, address, format, events, created_at, created_by";

    /** Two that add at once come one after the other: both would find the same number otherwise. */
    private static final String SERIALISE =
            "select pg_advisory_xact_lock(hashtextextended('webhooks ' || :workspace, 0))";

    private static final String COUNT =
            "select count(*) from webhook where workspace_id = :workspace and removed_at is null";

    private static final String INSERT = """
            insert into webhook (workspace_id, id, address, format, events, secret, created_by)
            values (:workspace, :id, :address, :format, :events, :secret, :by)
            returning %s""".formatted(COLUMNS);

    private static final String FIND = """
            select %s from webhook
            where workspace_id = :workspace and id = :id and removed_at is null""".formatted(COLUMNS);

    private static final String LIST = """
            select %s from webhook
            where workspace_id = :workspace and id > :after and removed_at is null
            order by id limit :limit""".formatted(COLUMNS);

    private static final String TOLD = """
            select %s from webhook
            where workspace_id = :workspace and removed_at is null and :event = any(events)
            order by id""".formatted(COLUMNS);

    private static final String SECRET =
            "select secret from webhook where workspace_id = :workspace and id = :id and removed_at is null";

    private static final String REMOVE = """
            update webhook
            set removed_at = clock_timestamp(), removed_by = :by, secret = null, address = ''
            where workspace_id = :workspace and id = :id and removed_at is null""";

    private static final String QUIET = """
            update webhook
            set quiet_until = clock_timestamp() + :millis * interval '1 millisecond', tried_at = clock_timestamp()
            where workspace_id = :workspace and id = :id""";

    private final JdbcClient jdbc;

    WebhookTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** How many a workspace has; nobody else adds one until the transaction ends. */
    int countAlone(String workspaceId) {
        jdbc.sql(SERIALISE)
                .param("workspace", workspaceId)
                .query((_, _) -> true)
                .single();
        return jdbc.sql(COUNT)
                .param("workspace", workspaceId)
                .query(Integer.class)
                .single();
    }

    Webhook insert(
            String workspaceId,
            String id,
            WebAddress address,
            WebhookFormat format,
            List<WebhookEvent> events,
            WebhookSecret secret,
            String by) {
        return jdbc.sql(INSERT)
                .param("workspace", workspaceId)
                .param("id", id)
                .param("address", address.toString())
                .param("format", format.wire())
                .param("events", events.stream().map(WebhookEvent::wire).toArray(String[]::new))
                .param("secret", secret.bytes())
                .param("by", by)
                .query(WebhookTable::webhook)
                .single();
    }

    Optional<Webhook> find(String workspaceId, String id) {
        return jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("id", id)
                .query(WebhookTable::webhook)
                .optional();
    }

    /** One page, the oldest first. */
    List<Webhook> list(String workspaceId, String after, int limit) {
        return jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("after", after)
                .param("limit", limit)
                .query(WebhookTable::webhook)
                .list();
    }

    /** Those that are told of such an event. */
    List<Webhook> told(String workspaceId, WebhookEvent event) {
        return jdbc.sql(TOLD)
                .param("workspace", workspaceId)
                .param("event", event.wire())
                .query(WebhookTable::webhook)
                .list();
    }

    /** Empty if it was removed. */
    Optional<WebhookSecret> secret(String workspaceId, String id) {
        return jdbc.sql(SECRET)
                .param("workspace", workspaceId)
                .param("id", id)
                .query((row, _) -> WebhookSecret.of(row.getBytes("secret")))
                .optional();
    }

    /** False if there is none. */
    boolean remove(String workspaceId, String id, String by) {
        return jdbc.sql(REMOVE)
                        .param("workspace", workspaceId)
                        .param("id", id)
                        .param("by", by)
                        .update()
                == 1;
    }

    /** Sends it nothing for a while. */
    void quiet(String workspaceId, String id, Duration pause) {
        jdbc.sql(QUIET)
                .param("workspace", workspaceId)
                .param("id", id)
                .param("millis", pause.toMillis())
                .update();
    }

    private static Webhook webhook(ResultSet row, int number) throws SQLException {
        try {
            return new Webhook(
                    row.getString("workspace_id"),
                    row.getString("id"),
                    WebAddress.parse(row.getString("address")),
                    WireName.find(WebhookFormat.class, row.getString("format")).orElseThrow(),
                    Arrays.stream((String[]) row.getArray("events").getArray())
                            .map(name -> WireName.find(WebhookEvent.class, name).orElseThrow())
                            .toList(),
                    row.getObject("created_at", OffsetDateTime.class).toInstant(),
                    row.getString("created_by"));
        } catch (HostRefusedException e) {
            throw new IllegalStateException("a webhook's address was read when it was added", e);
        }
    }
}
