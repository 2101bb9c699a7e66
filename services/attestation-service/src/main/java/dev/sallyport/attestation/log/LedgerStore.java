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

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    LedgerStore(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /** A leaf with the index that it gets. */
    record NewEntry(long index, Digest digest, TreeHash leaf, Envelope envelope, Digest certificate) {
        static NewEntry of(long index, Testimony testimony) {
            return of(
                    index,
                    testimony.signed().envelope(),
                    testimony.certificate().digest());
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
        return jdbc.sql("SELECT size, root, epoch FROM tree_state")
                .query(LedgerStore::treeState)
                .single();
    }

    TreeState lockState() {
        return jdbc.sql("SELECT size, root, epoch FROM tree_state FOR UPDATE")
                .query(LedgerStore::treeState)
                .single();
    }

    /** Waits until no other replica publishes; until the end of the transaction. Replicas may share the log's folder. */
    void lockPublication() {
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtext('sallyport.ledger.publication'))")
                .query((row, number) -> "")
                .single();
    }

    void advance(TreeState from, long size, TreeHash root) {
        int changed = jdbc.sql("UPDATE tree_state SET size = :size, root = :root, epoch = epoch + 1"
                        + " WHERE size = :oldSize AND epoch = :oldEpoch")
                .param("size", size)
                .param("root", root.bytes())
                .param("oldSize", from.size())
                .param("oldEpoch", from.epoch())
                .update();
        if (changed != 1) {
            throw new LedgerException.LostRace();
        }
    }

    /** Those of the digests that are leaves already. */
    Set<Digest> appended(Collection<Digest> digests) {
        return present("SELECT digest FROM entry WHERE digest = ANY (?)", digests);
    }

    /** Those of the certificates (by SHA-256) that are bound already. */
    Set<Digest> bound(Collection<Digest> certificates) {
        return present("SELECT digest FROM certificate WHERE digest = ANY (?)", certificates);
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
                    found.add(digest(row.getBytes(1)));
                });
        return found;
    }

    void insertEntries(List<NewEntry> entries) {
        batches.batchUpdate(
                "INSERT INTO entry (idx, digest, leaf, envelope, certificate) VALUES (?, ?, ?, ?, ?)",
                entries,
                entries.size(),
                (statement, entry) -> {
                    statement.setLong(1, entry.index());
                    statement.setBytes(2, entry.digest().bytes());
                    statement.setBytes(3, entry.leaf().bytes());
                    statement.setBytes(4, entry.envelope().encode());
                    statement.setBytes(5, entry.certificate().bytes());
                });
    }

    void insertCertificates(List<NewCertificate> certificates) {
        batches.batchUpdate(
                "INSERT INTO certificate (digest, chain, spiffe_id, bound_at) VALUES (?, ?, ?, ?)",
                certificates,
                Math.max(1, certificates.size()),
                (statement, bound) -> {
                    String[] chain = bound.chain().toArray(String[]::new);
                    statement.setBytes(1, bound.digest().bytes());
                    statement.setArray(2, statement.getConnection().createArrayOf("text", chain));
                    statement.setString(3, bound.spiffeId());
                    statement.setLong(4, bound.boundAt());
                });
    }

    void storeTiles(List<Tile> tiles) {
        batches.batchUpdate(
                "INSERT INTO tile (level, idx, hashes) VALUES (?, ?, ?)"
                        + " ON CONFLICT (level, idx) DO UPDATE SET hashes = EXCLUDED.hashes",
                tiles,
                Math.max(1, tiles.size()),
                (statement, tile) -> {
                    statement.setInt(1, tile.id().level());
                    statement.setLong(2, tile.id().index());
                    statement.setBytes(3, tile.hashes());
                });
    }

    void storeOffsets(Map<Partition, Long> nextOffsets) {
        batches.batchUpdate(
                "INSERT INTO source_offset (topic, topic_id, part, next_offset) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (topic, part) DO UPDATE"
                        + " SET topic_id = EXCLUDED.topic_id, next_offset = EXCLUDED.next_offset",
                nextOffsets.entrySet(),
                Math.max(1, nextOffsets.size()),
                (statement, offset) -> {
                    statement.setString(1, offset.getKey().topic());
                    statement.setString(2, offset.getKey().topicId());
                    statement.setInt(3, offset.getKey().number());
                    statement.setLong(4, offset.getValue());
                });
    }

    OptionalLong nextOffset(Partition partition) {
        return jdbc.sql("SELECT next_offset FROM source_offset"
                        + " WHERE topic = :topic AND topic_id = :id AND part = :part")
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
        byte[] stored = jdbc.sql("SELECT hashes FROM tile WHERE level = :level AND idx = :idx")
                .param("level", tile.level())
                .param("idx", tile.index())
                .query((row, number) -> row.getBytes(1))
                .optional()
                .orElseThrow(() -> new TlogException.MalformedTile("no tile " + tile.path()));
        int length = tile.width() * HASH;
        if (stored.length < length) {
            throw new TlogException.MalformedTile("no tile " + tile.path());
        }
        return stored.length == length ? stored : java.util.Arrays.copyOf(stored, length);
    }

    List<byte[]> envelopes(long from, int count) {
        List<byte[]> envelopes =
                new ArrayList<>(jdbc.sql("SELECT envelope FROM entry WHERE idx >= :from AND idx < :to ORDER BY idx")
                        .param("from", from)
                        .param("to", from + count)
                        .query((row, number) -> row.getBytes(1))
                        .list());
        if (envelopes.size() != count) {
            throw new TlogException.MalformedTile("the log has no " + count + " entries from " + from);
        }
        return envelopes;
    }

    /** The certificates (SHA-256, 32 bytes each) of so many entries from an index on. */
    byte[] signers(long from, int count) {
        ByteArrayOutputStream signers = new ByteArrayOutputStream(count * HASH);
        jdbc.sql("SELECT certificate FROM entry WHERE idx >= :from AND idx < :to ORDER BY idx")
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
        jdbc.sql("SELECT digest, chain FROM certificate WHERE bound_at >= :from AND bound_at < :to")
                .param("from", from)
                .param("to", to)
                .query(row -> {
                    chains.put(digest(row.getBytes(1)), List.of((String[])
                            row.getArray(2).getArray()));
                });
        return chains;
    }

    private static TreeState treeState(ResultSet row, int number) throws SQLException {
        return new TreeState(row.getLong(1), TreeHash.of(row.getBytes(2)), row.getLong(3));
    }

    static Digest digest(byte[] raw) {
        return new Digest(java.util.HexFormat.of().formatHex(raw));
    }
}
