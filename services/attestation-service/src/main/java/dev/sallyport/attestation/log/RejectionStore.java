package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables about rejected records. Writing happens under the lock of the tree's state. */
@Repository
class RejectionStore {
    /** Most records that one leaf tells of; bounds the time for which the tree is locked. */
    static final int MOST_TOGETHER = 20_000;

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    RejectionStore(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /** A record is the same one if its bytes lay at the same place; a broker that was made anew counts from 0 again. */
    record Identity(SourcePosition position, Digest digest) {
        static Identity of(RejectedRecord record) {
            return new Identity(record.position(), record.digest());
        }
    }

    /** Those of the records that are known already. */
    Set<Identity> known(Collection<RejectedRecord> records) {
        Set<Identity> known = new HashSet<>();
        if (records.isEmpty()) {
            return known;
        }
        List<RejectedRecord> asked = List.copyOf(records);
        batches.query(
                """
                SELECT r.topic, r.part, r.record_offset, r.record_digest
                FROM unnest(?, ?, ?, ?) AS asked (topic, part, record_offset, record_digest)
                JOIN rejection r USING (topic, part, record_offset, record_digest)""",
                statement -> {
                    var connection = statement.getConnection();
                    statement.setArray(
                            1,
                            connection.createArrayOf(
                                    "text", column(asked, r -> r.position().topic())));
                    statement.setArray(
                            2,
                            connection.createArrayOf(
                                    "int4", column(asked, r -> r.position().partition())));
                    statement.setArray(
                            3,
                            connection.createArrayOf(
                                    "int8", column(asked, r -> r.position().offset())));
                    statement.setArray(
                            4,
                            connection.createArrayOf(
                                    "bytea",
                                    asked.stream().map(r -> r.digest().bytes()).toArray(byte[][]::new)));
                },
                (RowCallbackHandler) row -> known.add(new Identity(position(row), digest(row))));
        return known;
    }

    private static Object[] column(
            List<RejectedRecord> records, java.util.function.Function<RejectedRecord, Object> value) {
        return records.stream().map(value).toArray();
    }

    /** A rejection with the index of the leaf about it alone; null while it waits to be told of with others. */
    record NewRejection(RejectedRecord record, @Nullable Long index) {}

    void insert(List<NewRejection> rejections) {
        batches.batchUpdate(
                "INSERT INTO rejection (topic, part, record_offset, record_digest, reason, idx) VALUES (?, ?, ?, ?, ?, ?)",
                rejections,
                Math.max(1, rejections.size()),
                (statement, rejection) -> {
                    RejectedRecord record = rejection.record();
                    statement.setString(1, record.position().topic());
                    statement.setInt(2, record.position().partition());
                    statement.setLong(3, record.position().offset());
                    statement.setBytes(4, record.digest().bytes());
                    statement.setString(5, record.reason());
                    statement.setObject(6, rejection.index(), java.sql.Types.BIGINT);
                });
    }

    /** How many leaves of their own rejected records have got in the present minute. */
    int leavesOfThisMinute() {
        return jdbc.sql("""
                        UPDATE rejection_rate SET
                            leaves = CASE WHEN since > clock_timestamp() - interval '1 minute' THEN leaves ELSE 0 END,
                            since = CASE WHEN since > clock_timestamp() - interval '1 minute' THEN since
                                         ELSE clock_timestamp() END
                        RETURNING leaves""").query(Integer.class).single();
    }

    void countLeaves(int more) {
        jdbc.sql("UPDATE rejection_rate SET leaves = leaves + :more")
                .param("more", more)
                .update();
    }

    /** Whether a record has waited that long to be told of. */
    boolean untoldFor(Duration waited) {
        return jdbc.sql("SELECT EXISTS (SELECT 1 FROM rejection WHERE idx IS NULL"
                        + " AND rejected_at <= clock_timestamp() - :waited * interval '1 millisecond')")
                .param("waited", waited.toMillis())
                .query(Boolean.class)
                .single();
    }

    /** The topics with records that wait to be told of. */
    List<String> untoldTopics() {
        return jdbc.sql("SELECT DISTINCT topic FROM rejection WHERE idx IS NULL ORDER BY topic")
                .query(String.class)
                .list();
    }

    /** The first {@value #MOST_TOGETHER} records of a topic that wait to be told of; there must be one. */
    RejectedRecords untold(String topic) {
        Listing listing = new Listing();
        batches.query(
                "SELECT topic, part, record_offset, record_digest, reason, rejected_at FROM rejection"
                        + " WHERE idx IS NULL AND topic = ? ORDER BY topic, part, record_offset, record_digest LIMIT "
                        + MOST_TOGETHER,
                listing,
                topic);
        return listing.result();
    }

    /** The leaf with that index tells of these. */
    void told(RejectedRecords records, long index) {
        RejectedRecord last = records.last();
        jdbc.sql("UPDATE rejection SET idx = :idx WHERE idx IS NULL AND topic = :topic"
                        + " AND (part, record_offset, record_digest) <= (:part, :offset, :digest)")
                .param("idx", index)
                .param("topic", last.position().topic())
                .param("part", last.position().partition())
                .param("offset", last.position().offset())
                .param("digest", last.digest().bytes())
                .update();
    }

    /** Kafka keeps records for 7 days: reports about older ones do not come any more. */
    void forgetOld() {
        jdbc.sql("DELETE FROM rejection WHERE idx IS NOT NULL AND rejected_at < now() - interval '30 days'")
                .update();
    }

    private static SourcePosition position(ResultSet row) throws SQLException {
        return new SourcePosition(row.getString(1), row.getInt(2), row.getLong(3));
    }

    private static Digest digest(ResultSet row) throws SQLException {
        return LedgerStore.digest(row.getBytes(4));
    }

    /** Digests the list row by row. */
    private static final class Listing implements RowCallbackHandler {
        private final MessageDigest list = sha256();
        private final Map<String, Long> reasons = new TreeMap<>();
        private long count;
        private @Nullable SourcePosition first;
        private @Nullable RejectedRecord last;
        private Instant from = Instant.MAX;
        private Instant to = Instant.MIN;

        @Override
        public void processRow(ResultSet row) throws SQLException {
            RejectedRecord record = new RejectedRecord(position(row), digest(row), row.getString(5));
            Instant at = row.getTimestamp(6).toInstant();
            String line = record.position().partition() + "/"
                    + record.position().offset() + " " + record.digest().hex() + " " + record.reason() + "\n";
            list.update(line.getBytes(StandardCharsets.US_ASCII));
            reasons.merge(record.reason(), 1L, Long::sum);
            first = first == null ? record.position() : first;
            last = record;
            from = at.isBefore(from) ? at : from;
            to = at.isAfter(to) ? at : to;
            count++;
        }

        RejectedRecords result() {
            SourcePosition begins = first;
            RejectedRecord ends = last;
            if (begins == null || ends == null) {
                throw new IllegalStateException("no rejected record waits to be told of");
            }
            Digest digest = new Digest(HexFormat.of().formatHex(list.digest()));
            return new RejectedRecords(count, begins, ends, digest, reasons, from, to);
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
