package dev.sallyport.servicekit.outbox;

import dev.sallyport.servicekit.kafka.TopicWatch;
import dev.sallyport.statements.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of {@code kit_outbox}. */
final class OutboxTable {
    /**
     * Sent again after 1, 2, 4, 8, then every 10 minutes. A call that waits for its turn is not a loss, and a fleet that
     * cannot keep up must not be given everything twice; that Kafka's topics were made anew is noticed at once, see
     * {@link TopicWatch}.
     */
    private static final String BACK_OFF =
            "least(interval '10 minutes', interval '1 minute' * (1 << least(attempts, 4)))";

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
        jdbc.sql("""
                        insert into kit_outbox (digest, topic, subject, proposal_id, record, traceparent, recipient)
                        values (:digest, :topic, :subject, :proposal, :record, :traceparent, :recipient)
                        on conflict (digest) do nothing""")
                .param("digest", row.digest().bytes())
                .param("topic", row.topic())
                .param("subject", row.subject())
                .param("proposal", row.proposalId(), java.sql.Types.VARCHAR)
                .param("record", row.record())
                .param("traceparent", row.traceparent(), java.sql.Types.VARCHAR)
                .param("recipient", row.recipient(), java.sql.Types.VARCHAR)
                .update();
    }

    /** The oldest rows that Kafka has not taken yet, up to 500 rows and about 8 MiB together. */
    List<Due> unsent() {
        return due("sent_at is null");
    }

    /** The oldest rows due to be sent again, within the same limits as {@link #unsent}. */
    List<Due> repeats() {
        return due("sent_at is not null");
    }

    private List<Due> due(String condition) {
        return jdbc.sql("""
                        with due as (
                          select id, octet_length(record) as size from kit_outbox
                          where %s and next_send_at <= now() order by id limit 500),
                        picked as (
                          select id, sum(size) over (order by id) - size as before from due)
                        select o.id, o.digest, o.topic, o.subject, o.record, o.traceparent, o.recipient
                        from kit_outbox o join picked p on p.id = o.id
                        where p.before < 8388608 order by o.id""".formatted(condition))
                .query((rs, n) -> new Due(
                        rs.getLong("id"),
                        new OutboxRow(
                                digest(rs.getBytes("digest")),
                                rs.getString("topic"),
                                rs.getString("subject"),
                                rs.getBytes("record"),
                                rs.getString("traceparent"),
                                rs.getString("recipient"))))
                .list();
    }

    /** Kafka has these. */
    void sent(List<Long> ids) {
        if (!ids.isEmpty()) {
            jdbc.sql(
                            "update kit_outbox set sent_at = coalesce(sent_at, now()), next_send_at = now() + "
                                    + BACK_OFF
                                    + ", attempts = attempts + 1, next_check_at = least(next_check_at, now()) where id in (:ids)")
                    .param("ids", ids)
                    .update();
        }
    }

    /** Delays rows that Kafka refused, so that the others are sent first. */
    void failed(List<Long> ids) {
        if (!ids.isEmpty()) {
            jdbc.sql("update kit_outbox set next_send_at = now() + interval '2 seconds' where id in (:ids)")
                    .param("ids", ids)
                    .update();
        }
    }

    /** Marks every sent row as due: after the topic was recreated, Kafka may have lost all of them. */
    void sendAgain() {
        jdbc.sql("update kit_outbox set next_send_at = now(), attempts = 0 where sent_at is not null")
                .update();
    }

    /** Up to 1000 statements that the ledger should be asked about. */
    List<Digest> toConfirm() {
        return jdbc.sql("""
                        select digest from kit_outbox where sent_at is not null and next_check_at <= now()
                        order by next_check_at, id limit 1000""").query((rs, n) -> digest(rs.getBytes("digest"))).list();
    }

    /**
     * Removes what the ledger has: the statement and, within a call, the call's end; but not what a recipient must have
     * applied too.
     *
     * @return what is left of these, by the recipient that is to be asked
     */
    Map<String, List<Digest>> confirm(List<InclusionSource.Inclusion> answers) {
        List<byte[]> ended = answers.stream()
                .filter(a -> a.included() && a.ended())
                .map(a -> a.digest().bytes())
                .toList();
        List<byte[]> included = answers.stream()
                .filter(InclusionSource.Inclusion::included)
                .map(a -> a.digest().bytes())
                .toList();
        Map<String, List<Digest>> awaited = new TreeMap<>();
        if (!included.isEmpty()) {
            String confirmed = "(digest in (:ended) or digest in (:included) and proposal_id is null)";
            // Nobody applies what is as old as that, see the inbox.
            jdbc.sql("delete from kit_outbox where " + confirmed
                            + " and (recipient is null or created_at < now() - interval '30 days')")
                    .param("ended", ended.isEmpty() ? null : ended)
                    .param("included", included)
                    .update();
            jdbc.sql("select digest, recipient from kit_outbox where recipient is not null and " + confirmed)
                    .param("ended", ended.isEmpty() ? null : ended)
                    .param("included", included)
                    .query(rs -> {
                        awaited.computeIfAbsent(rs.getString("recipient"), _ -> new ArrayList<>())
                                .add(digest(rs.getBytes("digest")));
                    });
        }
        List<byte[]> all = answers.stream().map(a -> a.digest().bytes()).toList();
        if (!all.isEmpty()) {
            jdbc.sql("""
                            update kit_outbox set checks = checks + 1,
                              next_check_at = now() + least(interval '30 seconds',
                                interval '1 second' * (1 << least(checks, 5)))
                            where digest in (:digests)""").param("digests", all).update();
        }
        return awaited;
    }

    /** Removes what the ledger and its recipient have. */
    void applied(List<Digest> digests) {
        if (!digests.isEmpty()) {
            jdbc.sql("delete from kit_outbox where digest in (:digests)")
                    .param("digests", digests.stream().map(Digest::bytes).toList())
                    .update();
        }
    }

    /** What waits. Ages in seconds, 0 where nothing waits. */
    record Backlog(long unsent, double oldestUnsentSeconds, long unconfirmed, double oldestUnconfirmedSeconds) {}

    /** How much waits for Kafka, and how much for the ledger, and since when. */
    Backlog backlog() {
        return jdbc.sql("""
                        select count(*) filter (where sent_at is null) as unsent,
                          coalesce(extract(epoch from now() - min(created_at) filter (where sent_at is null)), 0)
                            as unsent_age,
                          count(sent_at) as unconfirmed,
                          coalesce(extract(epoch from now() - min(created_at) filter (where sent_at is not null)), 0)
                            as unconfirmed_age
                        from kit_outbox""")
                .query((rs, n) -> new Backlog(
                        rs.getLong("unsent"),
                        rs.getDouble("unsent_age"),
                        rs.getLong("unconfirmed"),
                        rs.getDouble("unconfirmed_age")))
                .single();
    }

    private static Digest digest(byte @Nullable [] bytes) {
        return new Digest(java.util.HexFormat.of().formatHex(bytes == null ? new byte[0] : bytes));
    }
}
