package dev.sallyport.servicekit.outbox;

import dev.sallyport.servicekit.kafka.TopicWatch;
import dev.sallyport.statements.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of {@code kit_outbox}. A row with a record is written once and removed once, never rewritten. */
final class OutboxTable {
    private static final String INSERT = """
            with added as (
              insert into kit_outbox (digest, topic, subject, proposal_id, record, traceparent, recipient)
              select * from unnest(:digests::bytea[], :topics::text[], :subjects::text[], :proposals::text[],
                :records::bytea[], :traceparents::text[], :recipients::text[])
              on conflict (digest) do nothing returning id)
            insert into kit_outbox_unsent (id, repeated) select id, false from added""";

    /** New ones first. At most 500 rows and about 8 MiB of records together. */
    private static final String UNSENT = """
            with due as (
              select id, repeated from kit_outbox_unsent where not id = any (:delayed) order by repeated, id limit 500),
            picked as (
              select id, repeated, sum(octet_length(record)) over (order by repeated, id) - octet_length(record) as before
              from due join kit_outbox using (id))
            select o.id, o.digest, o.topic, o.subject, o.record, o.traceparent, o.recipient, p.repeated
            from kit_outbox o join picked p using (id)
            where p.before < 8388608 order by p.repeated, o.id""";

    /**
     * A call that waits for its turn is not a loss, and a fleet that cannot keep up must not be given everything twice.
     * {@link TopicWatch} notices at once when Kafka's topics were created again.
     */
    private static final String REPEAT = """
            insert into kit_outbox_unsent (id, repeated)
            select id, true from kit_outbox
            where created_at < now() - interval '1 minute'
              and kit_outbox_repeats(now() - created_at) > kit_outbox_repeats(now() - created_at - :since::interval)
            on conflict do nothing""";

    private static final String SEND_AGAIN =
            "insert into kit_outbox_unsent (id, repeated) select id, true from kit_outbox on conflict do nothing";

    private static final String SENT = "delete from kit_outbox_unsent where id = any (:ids)";

    /** The present time is told also when there is nothing to ask. */
    private static final String TO_CONFIRM = """
            select clock.now, o.digest
            from (select now() as now) clock left join kit_outbox o
              on kit_outbox_checks(clock.now - o.created_at)
                 > kit_outbox_checks(coalesce(:since, o.created_at) - o.created_at)
            order by o.id""";

    /** Within a call the call's end must be on the ledger, too. */
    private static final String IS_CONFIRMED =
            "(digest = any (:ended) or digest = any (:included) and proposal_id is null)";

    /** A recipient applies nothing that is older than 30 days, see the inbox. */
    private static final String DELETE_CONFIRMED = "delete from kit_outbox where " + IS_CONFIRMED
            + " and (recipient is null or created_at < now() - interval '30 days')";

    private static final String AWAITED =
            "select digest, recipient from kit_outbox where recipient is not null and " + IS_CONFIRMED;

    private static final String DELETE = "delete from kit_outbox where digest = any (:digests)";

    /** What was confirmed while it was due to be sent again. */
    private static final String FORGET_SENDING =
            "delete from kit_outbox_unsent u where not exists (select from kit_outbox o where o.id = u.id)";

    private static final String BACKLOG = """
            select count(u.id) as unsent,
              coalesce(extract(epoch from now() - min(o.created_at) filter (where u.id is not null)), 0) as unsent_age,
              count(*) - count(u.id) as unconfirmed,
              coalesce(extract(epoch from now() - min(o.created_at) filter (where u.id is null)), 0) as unconfirmed_age
            from kit_outbox o left join kit_outbox_unsent u using (id)""";

    private final JdbcClient jdbc;

    OutboxTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A row to be sent.
     *
     * @param id the row's id
     * @param repeated whether Kafka had been given it before
     */
    record Due(long id, OutboxRow row, boolean repeated) {}

    /** Adds the rows but those whose equal is in the outbox already. */
    void insert(List<OutboxRow> rows) {
        jdbc.sql(INSERT)
                .param("digests", rows.stream().map(row -> row.digest().bytes()).toArray(byte[][]::new))
                .param("topics", texts(rows, OutboxRow::topic))
                .param("subjects", texts(rows, OutboxRow::subject))
                .param("proposals", texts(rows, OutboxRow::proposalId))
                .param("records", rows.stream().map(OutboxRow::record).toArray(byte[][]::new))
                .param("traceparents", texts(rows, OutboxRow::traceparent))
                .param("recipients", texts(rows, OutboxRow::recipient))
                .update();
    }

    private static @Nullable String[] texts(List<OutboxRow> rows, Function<OutboxRow, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    /**
     * The oldest rows that Kafka has to be given, up to 500 rows and about 8 MiB together.
     *
     * @param delayed ids of rows to pass over
     */
    List<Due> unsent(Collection<Long> delayed) {
        return jdbc.sql(UNSENT)
                .param("delayed", ids(delayed))
                .query((rs, n) -> new Due(
                        rs.getLong("id"),
                        new OutboxRow(
                                digest(rs),
                                rs.getString("topic"),
                                rs.getString("subject"),
                                rs.getBytes("record"),
                                rs.getString("traceparent"),
                                rs.getString("recipient")),
                        rs.getBoolean("repeated")))
                .list();
    }

    /** Kafka has taken these. */
    void sent(Collection<Long> ids) {
        if (!ids.isEmpty()) {
            jdbc.sql(SENT).param("ids", ids(ids)).update();
        }
    }

    private static Long[] ids(Collection<Long> ids) {
        return ids.toArray(Long[]::new);
    }

    /**
     * Makes those due to be sent again whose turn came within the time that has passed since the last look.
     *
     * @return how many
     */
    int repeat(Duration sinceLastLook) {
        jdbc.sql(FORGET_SENDING).update();
        return jdbc.sql(REPEAT).param("since", sinceLastLook.toString()).update();
    }

    /** Marks every sent row as due: after the topic was recreated, Kafka may have lost all of them. */
    void sendAgain() {
        jdbc.sql(SEND_AGAIN).update();
    }

    /**
     * Statements that the ledger should be asked about.
     *
     * @param now the database's time of this look
     */
    record ToConfirm(OffsetDateTime now, List<Digest> digests) {}

    /**
     * Those whose turn came since the last look.
     *
     * @param since the database's time of the last look; null at the first one, when all that is older than a second is due
     */
    ToConfirm toConfirm(@Nullable OffsetDateTime since) {
        List<Digest> digests = new ArrayList<>();
        List<OffsetDateTime> now = new ArrayList<>();
        jdbc.sql(TO_CONFIRM)
                .param("since", since, Types.TIMESTAMP_WITH_TIMEZONE)
                .query(row -> {
                    now.add(row.getObject("now", OffsetDateTime.class));
                    if (row.getBytes("digest") != null) {
                        digests.add(digest(row));
                    }
                });
        return new ToConfirm(now.getFirst(), digests);
    }

    /**
     * Removes what the ledger has: the statement and, within a call, the call's end. A statement that a recipient must
     * have applied stays until the recipient has.
     *
     * @return the statements that stay for their recipient, by the recipient's name
     */
    Map<String, List<Digest>> confirm(List<InclusionSource.Inclusion> answers) {
        byte[][] ended = digests(answers, answer -> answer.included() && answer.ended());
        byte[][] included = digests(answers, InclusionSource.Inclusion::included);
        Map<String, List<Digest>> awaited = new TreeMap<>();
        if (included.length > 0) {
            jdbc.sql(DELETE_CONFIRMED)
                    .param("ended", ended)
                    .param("included", included)
                    .update();
            jdbc.sql(AWAITED).param("ended", ended).param("included", included).query(rs -> {
                awaited.computeIfAbsent(rs.getString("recipient"), _ -> new ArrayList<>())
                        .add(digest(rs));
            });
        }
        return awaited;
    }

    private static byte[][] digests(
            List<InclusionSource.Inclusion> answers, Predicate<InclusionSource.Inclusion> wanted) {
        return answers.stream()
                .filter(wanted)
                .map(answer -> answer.digest().bytes())
                .toArray(byte[][]::new);
    }

    /** Removes statements that both the ledger and their recipient have. */
    void applied(List<Digest> digests) {
        if (!digests.isEmpty()) {
            jdbc.sql(DELETE)
                    .param("digests", digests.stream().map(Digest::bytes).toArray(byte[][]::new))
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
