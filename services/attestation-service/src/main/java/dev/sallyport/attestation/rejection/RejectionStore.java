package dev.sallyport.attestation.rejection;

import dev.sallyport.statements.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables about rejected records. Writing happens in the transaction that holds the lock of the tree's state. */
@Repository
public class RejectionStore {
    /** The most records that one leaf reports together; bounds the time for which the tree is locked. */
    static final int MOST_TOGETHER = 20_000;

    private static final String KNOWN = """
            select r.topic, r.part, r.record_offset, r.record_digest
            from unnest(?, ?, ?, ?) as asked (topic, part, record_offset, record_digest)
            join rejection r using (topic, part, record_offset, record_digest)""";

    private static final String INSERT = """
            insert into rejection (topic, part, record_offset, record_digest, reason, idx, reporter)
            values (?, ?, ?, ?, ?, ?, ?)""";

    private static final String LEAVES_OF_THIS_MINUTE = """
            update rejection_rate set
              leaves = case when since > clock_timestamp() - interval '1 minute' then leaves else 0 end,
              since = case when since > clock_timestamp() - interval '1 minute' then since else clock_timestamp() end
            returning leaves""";

    private static final String COUNT_LEAVES = "update rejection_rate set leaves = leaves + :more";

    private static final String UNREPORTED_FOR = """
            select exists (
              select 1 from rejection
              where idx is null and rejected_at <= clock_timestamp() - :waited * interval '1 millisecond')""";

    private static final String UNREPORTED_TOPICS =
            "select distinct topic from rejection where idx is null order by topic";

    private static final String UNREPORTED = """
            select topic, part, record_offset, record_digest, reason, rejected_at, reporter from rejection
            where idx is null and topic = ?
            order by topic, part, record_offset, record_digest limit\s""" + MOST_TOGETHER;

    private static final String MARK_REPORTED = """
            update rejection set idx = :idx
            where idx is null and topic = :topic
              and (part, record_offset, record_digest) <= (:part, :offset, :digest)""";

    private static final String FORGET =
            "delete from rejection where idx is not null and rejected_at < now() - interval '30 days'";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    RejectionStore(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /**
     * What makes a record the same one: the same bytes at the same place. The place alone does not, since a broker that
     * was set up again counts from 0.
     *
     * @param position where the record was read
     * @param digest SHA-256 of its bytes
     */
    public record Identity(SourcePosition position, Digest digest) {
        /** The identity of a record. */
        public static Identity of(RejectedRecord record) {
            return new Identity(record.position(), record.digest());
        }
    }

    /** The records among these that are known already. */
    public Set<Identity> known(Collection<RejectedRecord> records) {
        Set<Identity> known = new HashSet<>();
        if (records.isEmpty()) {
            return known;
        }
        List<RejectedRecord> asked = List.copyOf(records);
        batches.query(
                KNOWN,
                statement -> {
                    var connection = statement.getConnection();
                    Object[] topics = column(asked, record -> record.position().topic());
                    Object[] partitions =
                            column(asked, record -> record.position().partition());
                    Object[] offsets = column(asked, record -> record.position().offset());
                    byte[][] digests = asked.stream()
                            .map(record -> record.digest().bytes())
                            .toArray(byte[][]::new);
                    statement.setArray(1, connection.createArrayOf("text", topics));
                    statement.setArray(2, connection.createArrayOf("int4", partitions));
                    statement.setArray(3, connection.createArrayOf("int8", offsets));
                    statement.setArray(4, connection.createArrayOf("bytea", digests));
                },
                (RowCallbackHandler) row -> known.add(new Identity(position(row), digest(row))));
        return known;
    }

    private static Object[] column(List<RejectedRecord> records, Function<RejectedRecord, Object> value) {
        return records.stream().map(value).toArray();
    }

    /**
     * A rejection.
     *
     * @param record what was rejected
     * @param index of the leaf that reports this record alone; null while it waits to be reported with others
     */
    public record NewRejection(
            RejectedRecord record, @Nullable Long index) {}

    /** Stores rejections that are not known yet. */
    public void insert(List<NewRejection> rejections) {
        batches.batchUpdate(INSERT, rejections, Math.max(1, rejections.size()), (statement, rejection) -> {
            RejectedRecord record = rejection.record();
            statement.setString(1, record.position().topic());
            statement.setInt(2, record.position().partition());
            statement.setLong(3, record.position().offset());
            statement.setBytes(4, record.digest().bytes());
            statement.setString(5, record.reason());
            statement.setObject(6, rejection.index(), Types.BIGINT);
            statement.setString(7, record.reporter());
        });
    }

    /** How many leaves have reported a single record in the present minute. */
    public int leavesOfThisMinute() {
        return jdbc.sql(LEAVES_OF_THIS_MINUTE).query(Integer.class).single();
    }

    /** Counts further leaves that report a single record. */
    public void countLeaves(int more) {
        jdbc.sql(COUNT_LEAVES).param("more", more).update();
    }

    /** Whether a record has waited that long to be reported. */
    public boolean unreportedFor(Duration waited) {
        return jdbc.sql(UNREPORTED_FOR)
                .param("waited", waited.toMillis())
                .query(Boolean.class)
                .single();
    }

    /** The topics with records that wait to be reported. */
    public List<String> unreportedTopics() {
        return jdbc.sql(UNREPORTED_TOPICS).query(String.class).list();
    }

    /** The first {@value #MOST_TOGETHER} records of a topic that wait to be reported; there must be at least one. */
    public RejectedRecords unreported(String topic) {
        RejectionListing listing = new RejectionListing();
        batches.query(
                UNREPORTED,
                (RowCallbackHandler) row -> listing.add(
                        new RejectedRecord(position(row), digest(row), row.getString(5), row.getString(7)),
                        row.getTimestamp(6).toInstant()),
                topic);
        return listing.result();
    }

    /** Notes that the leaf with that index reports these records. */
    public void markReported(RejectedRecords records, long index) {
        RejectedRecord last = records.last();
        jdbc.sql(MARK_REPORTED)
                .param("idx", index)
                .param("topic", last.position().topic())
                .param("part", last.position().partition())
                .param("offset", last.position().offset())
                .param("digest", last.digest().bytes())
                .update();
    }

    /** Forgets old rejections. Kafka keeps records for 7 days, so that nobody reports one again after 30. */
    public void forgetOld() {
        jdbc.sql(FORGET).update();
    }

    private static SourcePosition position(ResultSet row) throws SQLException {
        return new SourcePosition(row.getString(1), row.getInt(2), row.getLong(3));
    }

    private static Digest digest(ResultSet row) throws SQLException {
        return Digest.ofRaw(row.getBytes(4));
    }
}
