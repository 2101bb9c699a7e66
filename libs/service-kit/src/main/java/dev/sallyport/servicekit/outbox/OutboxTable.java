package dev.sallyport.servicekit.outbox;

import dev.sallyport.servicekit.kafka.TopicWatch;
import dev.sallyport.statements.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of {@code kit_outbox}. */
final class OutboxTable {
    private static final String INSERT = """
            insert into kit_outbox (digest, topic, subject, proposal_id, record, traceparent, recipient)
            values (:digest, :topic, :subject, :proposal, :record, :traceparent, :recipient)
            on conflict (digest) do nothing""";

    /** At most 500 rows and about 8 MiB of records together. */
    private static final String DUE = """
            with due as (
              select id, octet_length(record) as size from kit_outbox
              where %s and next_send_at <= now() order by id limit 500),
            picked as (
              select id, sum(size) over (order by id) - size as before from due)
            select o.id, o.digest, o.topic, o.subject, o.record, o.traceparent, o.recipient
            from kit_outbox o join picked p on p.id = o.id
            where p.before < 8388608 order by o.id""";

    // Two statements, so that each uses the partial index of its rows.
    private static final String UNSENT = DUE.formatted("sent_at is null");
    private static final String REPEATS = DUE.formatted("sent_at is not null");

    /**
     * A row is sent again after 1, 2, 4 and 8 minutes, then every 10 minutes. A call that waits for its turn is not a
     * loss, and a fleet that cannot keep up must not be given everything twice. {@link TopicWatch} notices at once when
     * Kafka's topics were created again.
     */
    private static final String SENT = """
            update kit_outbox set sent_at = coalesce(sent_at, now()), attempts = attempts + 1,
              next_send_at = now() + least(interval '10 minutes', interval '1 minute' * (1 << least(attempts, 4))),
              next_check_at = least(next_check_at, now())
            where id in (:ids)""";

    private static final String FAILED =
            "update kit_outbox set next_send_at = now() + interval '2 seconds' where id in (:ids)";

    private static final String SEND_AGAIN =
            "update kit_outbox set next_send_at = now(), attempts = 0 where sent_at is not null";

    private static final String TO_CONFIRM = """
            select digest from kit_outbox where sent_at is not null and next_check_at <= now()
            order by next_check_at, id limit 1000""";

    /** Within a call the call's end must be on the ledger, too. */
    private static final String IS_CONFIRMED = "(digest in (:ended) or digest in (:included) and proposal_id is null)";

    /** A recipient applies nothing that is older than 30 days, see the inbox. */
    private static final String DELETE_CONFIRMED = "delete from kit_outbox where " + IS_CONFIRMED
            + " and (recipient is null or created_at < now() - interval '30 days')";

    private static final String AWAITED =
            "select digest, recipient from kit_outbox where recipient is not null and " + IS_CONFIRMED;

    private static final String CHECKED = """
            update kit_outbox set checks = checks + 1,
              next_check_at = now() + least(interval '30 seconds', interval '1 second' * (1 << least(checks, 5)))
            where digest in (:digests)""";

    private static final String DELETE = "delete from kit_outbox where digest in (:digests)";

    private static final String BACKLOG = """
            select count(*) filter (where sent_at is null) as unsent,
              coalesce(extract(epoch from now() - min(created_at) filter (where sent_at is null)), 0) as unsent_age,
              count(sent_at) as unconfirmed,
              coalesce(extract(epoch from now() - min(created_at) filter (where sent_at is not null)), 0)
                as unconfirmed_age
            from kit_outbox""";

    private final JdbcClient jdbc;

    OutboxTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A row to be sent.
     *
     * @param id the row's id
     */
    record Due(long id, OutboxRow row) {}

    /** Adds the row, unless an equal statement is in the outbox already. */
    void insert(OutboxRow row) {
        jdbc.sql(INSERT)
                .param("digest", row.digest().bytes())
                .param("topic", row.topic())
                .param("subject", row.subject())
                .param("proposal", row.proposalId(), Types.VARCHAR)
                .param("record", row.record())
                .param("traceparent", row.traceparent(), Types.VARCHAR)
                .param("recipient", row.recipient(), Types.VARCHAR)
                .update();
    }

    /** The oldest rows that Kafka has not taken yet, up to 500 rows and about 8 MiB together. */
    List<Due> unsent() {
        return due(UNSENT);
    }

    /** The oldest rows due to be sent again, within the same limits as {@link #unsent}. */
    List<Due> repeats() {
        return due(REPEATS);
    }

    private List<Due> due(String sql) {
        return jdbc.sql(sql)
                .query((rs, n) -> new Due(
                        rs.getLong("id"),
                        new OutboxRow(
                                digest(rs),
                                rs.getString("topic"),
                                rs.getString("subject"),
                                rs.getBytes("record"),
                                rs.getString("traceparent"),
                                rs.getString("recipient"))))
                .list();
    }

    /** Kafka has taken these. */
    void sent(List<Long> ids) {
        if (!ids.isEmpty()) {
            jdbc.sql(SENT).param("ids", ids).update();
        }
    }

    /** Delays rows that Kafka refused, so that the others are sent first. */
    void failed(List<Long> ids) {
        if (!ids.isEmpty()) {
            jdbc.sql(FAILED).param("ids", ids).update();
        }
    }

    /** Marks every sent row as due: after the topic was recreated, Kafka may have lost all of them. */
    void sendAgain() {
        jdbc.sql(SEND_AGAIN).update();
    }

    /** Up to 1000 statements that the ledger should be asked about. */
    List<Digest> toConfirm() {
        return jdbc.sql(TO_CONFIRM).query((rs, n) -> digest(rs)).list();
    }

    /**
     * Removes what the ledger has: the statement and, within a call, the call's end. A statement that a recipient must
     * have applied stays until the recipient has.
     *
     * @return the statements that stay for their recipient, by the recipient's name
     */
    Map<String, List<Digest>> confirm(List<InclusionSource.Inclusion> answers) {
        List<byte[]> ended = digests(answers, answer -> answer.included() && answer.ended());
        List<byte[]> included = digests(answers, InclusionSource.Inclusion::included);
        Map<String, List<Digest>> awaited = new TreeMap<>();
        if (!included.isEmpty()) {
            jdbc.sql(DELETE_CONFIRMED)
                    .param("ended", ended.isEmpty() ? null : ended)
                    .param("included", included)
                    .update();
            jdbc.sql(AWAITED)
                    .param("ended", ended.isEmpty() ? null : ended)
                    .param("included", included)
                    .query(rs -> {
                        awaited.computeIfAbsent(rs.getString("recipient"), _ -> new ArrayList<>())
                                .add(digest(rs));
                    });
        }
        if (!answers.isEmpty()) {
            jdbc.sql(CHECKED).param("digests", digests(answers, _ -> true)).update();
        }
        return awaited;
    }

    private static List<byte[]> digests(
            List<InclusionSource.Inclusion> answers, Predicate<InclusionSource.Inclusion> wanted) {
        return answers.stream()
                .filter(wanted)
                .map(answer -> answer.digest().bytes())
                .toList();
    }

    /** Removes statements that both the ledger and their recipient have. */
    void applied(List<Digest> digests) {
        if (!digests.isEmpty()) {
            jdbc.sql(DELETE)
                    .param("digests", digests.stream().map(Digest::bytes).toList())
                    .update();
        }
    }

    /** What waits. Ages in seconds, 0 where nothing waits. */
    record Backlog(long unsent, double oldestUnsentSeconds, long unconfirmed, double oldestUnconfirmedSeconds) {}

    /** How much waits for Kafka, and how much for the ledger, and since when. */
    Backlog backlog() {
        return jdbc.sql(BACKLOG)
                .query((rs, n) -> new Backlog(
                        rs.getLong("unsent"),
                        rs.getDouble("unsent_age"),
                        rs.getLong("unconfirmed"),
                        rs.getDouble("unconfirmed_age")))
                .single();
    }

    private static Digest digest(ResultSet row) throws SQLException {
        return Digest.ofRaw(Objects.requireNonNull(row.getBytes("digest")));
    }
}
