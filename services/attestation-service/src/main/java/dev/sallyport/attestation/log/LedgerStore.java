package dev.sallyport.attestation.log;

import dev.sallyport.attestation.log.Batch.Partition;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.tlog.LogPath.TileId;
import dev.sallyport.tlog.Rfc6962;
import dev.sallyport.tlog.Tile;
import dev.sallyport.tlog.TileReader;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.TreeHash;
import java.io.ByteArrayOutputStream;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables of the log. Writing happens within the transaction of {@link Ledger}. */
@Repository
class LedgerStore implements TileReader {
    private static final int HASH = TreeHash.BYTES;

    private static final String STATE = "select size, root, epoch from tree_state";

    private static final String LOCK_STATE = STATE + " for update";

    private static final String LOCK_PUBLICATION =
            "select pg_advisory_xact_lock(hashtext('sallyport.ledger.publication'))";

    private static final String ADVANCE = """
            update tree_state set size = :size, root = :root, epoch = epoch + 1
            where size = :oldSize and epoch = :oldEpoch""";

    private static final String APPENDED = "select digest from entry where digest = any (?)";

    private static final String BOUND = "select digest from certificate where digest = any (?)";

    private static final String INSERT_ENTRY =
            "insert into entry (idx, digest, leaf, envelope, certificate) values (?, ?, ?, ?, ?)";

    private static final String INSERT_CERTIFICATE =
            "insert into certificate (digest, chain, spiffe_id, bound_at) values (?, ?, ?, ?)";

    private static final String STORE_TILE = """
            insert into tile (level, idx, hashes) values (?, ?, ?)
            on conflict (level, idx) do update set hashes = excluded.hashes""";

    private static final String STORE_OFFSET = """
            insert into source_offset (topic, topic_id, part, next_offset) values (?, ?, ?, ?)
            on conflict (topic, part) do update
              set topic_id = excluded.topic_id, next_offset = excluded.next_offset""";

    private static final String NEXT_OFFSET =
            "select next_offset from source_offset where topic = :topic and topic_id = :id and part = :part";

    private static final String TILE = "select hashes from tile where level = :level and idx = :idx";

    private static final String ENVELOPES = "select envelope from entry where idx >= :from and idx < :to order by idx";

    private static final String SIGNERS = "select certificate from entry where idx >= :from and idx < :to order by idx";

    private static final String BOUND_SINCE =
            "select digest, chain from certificate where bound_at >= :from and bound_at < :to";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    LedgerStore(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /** A leaf with the index that it gets. */
    record NewEntry(long index, Digest digest, TreeHash leaf, Envelope envelope, Digest certificate) {
        static NewEntry of(long index, LeafCandidate candidate) {
            return of(
                    index,
                    candidate.signed().envelope(),
                    candidate.certificate().digest());
        }

        static NewEntry of(long index, Envelope envelope, Digest certificate) {
            return new NewEntry(
                    index, Digest.of(envelope.payload()), Rfc6962.leaf(envelope.encode()), envelope, certificate);
        }
    }

    /** A certificate with the index of the statement that bound it. */
    record NewCertificate(Digest digest, List<String> chain, String spiffeId, long boundAt) {
        NewCertificate(SigningCertificate certificate, long boundAt) {
            this(certificate.digest(), certificate.chain(), certificate.id().toString(), boundAt);
        }
    }

    TreeState state() {
        return jdbc.sql(STATE).query(LedgerStore::treeState).single();
    }

    TreeState lockState() {
        return jdbc.sql(LOCK_STATE).query(LedgerStore::treeState).single();
    }

    /**
     * Waits until no other replica publishes, and keeps the others waiting until the end of the transaction. Replicas
     * may share the log's folder.
     */
    void lockPublication() {
        jdbc.sql(LOCK_PUBLICATION).query((row, number) -> "").single();
    }

    void advance(TreeState from, long size, TreeHash root) {
        int changed = jdbc.sql(ADVANCE)
                .param("size", size)
                .param("root", root.bytes())
                .param("oldSize", from.size())
                .param("oldEpoch", from.epoch())
                .update();
        if (changed != 1) {
            throw new LedgerException.LostRace();
        }
    }

    /** The digests among these that are leaves already. */
    Set<Digest> appended(Collection<Digest> digests) {
        return present(APPENDED, digests);
    }

    /** The certificates among these (by SHA-256) that are bound already. */
    Set<Digest> bound(Collection<Digest> certificates) {
        return present(BOUND, certificates);
    }

    private Set<Digest> present(String sql, Collection<Digest> digests) {
        if (digests.isEmpty()) {
            return new HashSet<>();
        }
        byte[][] raw = digests.stream().map(Digest::bytes).toArray(byte[][]::new);
        Set<Digest> found = new HashSet<>();
        batches.query(
                sql,
                statement -> {
                    Array array = statement.getConnection().createArrayOf("bytea", raw);
                    statement.setArray(1, array);
                },
                row -> {
                    found.add(Digest.ofRaw(row.getBytes(1)));
                });
        return found;
    }

    void insertEntries(List<NewEntry> entries) {
        batches.batchUpdate(INSERT_ENTRY, entries, entries.size(), (statement, entry) -> {
            statement.setLong(1, entry.index());
            statement.setBytes(2, entry.digest().bytes());
            statement.setBytes(3, entry.leaf().bytes());
            statement.setBytes(4, entry.envelope().encode());
            statement.setBytes(5, entry.certificate().bytes());
        });
    }

    void insertCertificates(List<NewCertificate> certificates) {
        batches.batchUpdate(INSERT_CERTIFICATE, certificates, Math.max(1, certificates.size()), (statement, bound) -> {
            String[] chain = bound.chain().toArray(String[]::new);
            statement.setBytes(1, bound.digest().bytes());
            statement.setArray(2, statement.getConnection().createArrayOf("text", chain));
            statement.setString(3, bound.spiffeId());
            statement.setLong(4, bound.boundAt());
        });
    }

    void storeTiles(List<Tile> tiles) {
        batches.batchUpdate(STORE_TILE, tiles, Math.max(1, tiles.size()), (statement, tile) -> {
            statement.setInt(1, tile.id().level());
            statement.setLong(2, tile.id().index());
            statement.setBytes(3, tile.hashes());
        });
    }

    void storeOffsets(Map<Partition, Long> nextOffsets) {
        batches.batchUpdate(
                STORE_OFFSET, nextOffsets.entrySet(), Math.max(1, nextOffsets.size()), (statement, offset) -> {
                    statement.setString(1, offset.getKey().topic());
                    statement.setString(2, offset.getKey().topicId());
                    statement.setInt(3, offset.getKey().number());
                    statement.setLong(4, offset.getValue());
                });
    }

    OptionalLong nextOffset(Partition partition) {
        return jdbc.sql(NEXT_OFFSET)
                .param("topic", partition.topic())
                .param("id", partition.topicId())
                .param("part", partition.number())
                .query(Long.class)
                .optional()
                .map(OptionalLong::of)
                .orElseGet(OptionalLong::empty);
    }

    @Override
    public byte[] read(TileId tile) {
        return beginning(tile, stored(tile));
    }

    /** Reads each tile of the database once: a tree of one size and of the next have most of them in common. */
    TileReader once() {
        record Place(int level, long index) {}
        Map<Place, byte[]> known = new HashMap<>();
        return tile -> beginning(tile, known.computeIfAbsent(new Place(tile.level(), tile.index()), _ -> stored(tile)));
    }

    /** The tile in the width that it has now, whatever width is asked for. */
    private byte[] stored(TileId tile) {
        return jdbc.sql(TILE)
                .param("level", tile.level())
                .param("idx", tile.index())
                .query((row, number) -> row.getBytes(1))
                .optional()
                .orElseThrow(() -> new TlogException.MalformedTile("no tile " + tile.path()));
    }

    /** A stored tile in the width that is asked for; {@link TlogException.MalformedTile} when it is narrower. */
    private static byte[] beginning(TileId tile, byte[] stored) {
        int length = tile.width() * HASH;
        if (stored.length < length) {
            throw new TlogException.MalformedTile("no tile " + tile.path());
        }
        return stored.length == length ? stored : Arrays.copyOf(stored, length);
    }

    List<byte[]> envelopes(long from, int count) {
        List<byte[]> envelopes = new ArrayList<>(jdbc.sql(ENVELOPES)
                .param("from", from)
                .param("to", from + count)
                .query((row, number) -> row.getBytes(1))
                .list());
        if (envelopes.size() != count) {
            throw new TlogException.MalformedTile("the log has no " + count + " entries from " + from);
        }
        return envelopes;
    }

    /** The certificates (SHA-256, 32 bytes each) of {@code count} entries from an index on. */
    byte[] signers(long from, int count) {
        ByteArrayOutputStream signers = new ByteArrayOutputStream(count * HASH);
        jdbc.sql(SIGNERS)
                .param("from", from)
                .param("to", from + count)
                .query((row, number) -> row.getBytes(1))
                .list()
                .forEach(signers::writeBytes);
        return signers.toByteArray();
    }

    /** The chains of the certificates bound by entries from an index on. */
    Map<Digest, List<String>> boundSince(long from, long to) {
        Map<Digest, List<String>> chains = new HashMap<>();
        jdbc.sql(BOUND_SINCE).param("from", from).param("to", to).query(row -> {
            chains.put(Digest.ofRaw(row.getBytes(1)), List.of((String[])
                    row.getArray(2).getArray()));
        });
        return chains;
    }

    private static TreeState treeState(ResultSet row, int number) throws SQLException {
        return new TreeState(row.getLong(1), TreeHash.of(row.getBytes(2)), row.getLong(3));
    }
}
