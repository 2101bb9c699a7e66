package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.LogPath.TileId;
import dev.sallyport.tlog.TiledTree;
import dev.sallyport.tlog.TlogProof;
import dev.sallyport.tlog.TreeHash;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Reads the log as far as it is published. Readers do not see entries that no checkpoint covers yet. */
@Service
public class LogReader {
    private static final String ENTRY = """
            select e.idx, e.digest, e.envelope, c.chain, c.spiffe_id, c.bound_at
            from entry e join certificate c on c.digest = e.certificate\s""";

    private static final String ENTRY_AT = ENTRY + "where e.idx = :idx";

    private static final String ENTRIES_FROM = ENTRY + "where e.idx >= :idx order by e.idx limit :limit";

    private static final String ENTRIES_AT = ENTRY + "where e.idx = any (?) order by e.idx";

    private static final String INDEXES = "select digest, idx from entry where digest = any (?) and idx < ?";

    private static final String CHAIN = "select chain from certificate where digest = :digest";

    private final LedgerStore store;
    private final Checkpoints checkpoints;
    private final TileArchive archive;
    private final JdbcClient jdbc;
    private final JdbcTemplate arrays;

    LogReader(LedgerStore store, Checkpoints checkpoints, TileArchive archive, JdbcClient jdbc, JdbcTemplate arrays) {
        this.store = store;
        this.checkpoints = checkpoints;
        this.archive = archive;
        this.jdbc = jdbc;
        this.arrays = arrays;
    }

    /** The latest checkpoint; empty until the log has published its first. */
    public Optional<PublishedCheckpoint> checkpoint() {
        return checkpoints.latest();
    }

    /** The bytes of a tile or entry bundle, empty if no published tree has it in that width. */
    public Optional<byte[]> part(LogPath part) {
        long size = checkpoint().map(PublishedCheckpoint::size).orElse(0L);
        long count = part instanceof TileId tile ? shifted(size, tile.level()) : size;
        if (part.index() > count / LogPath.FULL || part.index() * LogPath.FULL + part.width() > count) {
            return Optional.empty();
        }
        if (part.full()) {
            Optional<byte[]> archived = archive.read(part);
            if (archived.isPresent()) {
                return archived;
            }
        }
        return Optional.of(
                switch (part) {
                    case TileId tile -> store.read(tile);
                    case BundleId bundle ->
                        EntryBundle.encode(store.envelopes(bundle.index() * LogPath.FULL, bundle.width()));
                });
    }

    private static long shifted(long size, int level) {
        return level > 7 ? 0 : size >> (8 * level);
    }

    /** The proof of an entry under a checkpoint; {@link IllegalArgumentException} when the checkpoint is older. */
    public TlogProof proof(long index, PublishedCheckpoint checkpoint) {
        return new TlogProof(index, tree(checkpoint.size()).inclusion(index), checkpoint.note());
    }

    /** The hashes that prove that the tree of one size continues that of another. */
    public List<TreeHash> consistency(long older, long newer) {
        return tree(newer).consistency(older);
    }

    private TiledTree tree(long size) {
        return new TiledTree(
                size, tile -> tile.full() ? part(tile).orElseGet(() -> store.read(tile)) : store.read(tile));
    }

    /** The entry at an index below {@code size}. */
    public Optional<LoggedStatement> entry(long index, long size) {
        if (index < 0 || index >= size) {
            return Optional.empty();
        }
        return jdbc.sql(ENTRY_AT).param("idx", index).query(LogReader::logged).optional();
    }

    /** The chain in PEM of a certificate that some leaf is signed under. */
    public Optional<String> certificate(Digest sha256) {
        return jdbc.sql(CHAIN)
                .param("digest", sha256.bytes())
                .query((row, number) ->
                        LoggedStatement.pem(List.of((String[]) row.getArray(1).getArray())))
                .optional();
    }

    /** The entries from an index on, in order, published or not. For projections. */
    public List<LoggedStatement> entriesFrom(long index, int limit) {
        return jdbc.sql(ENTRIES_FROM)
                .param("idx", index)
                .param("limit", limit)
                .query(LogReader::logged)
                .list();
    }

    /** The entries at these indexes below {@code size}, in order. */
    public List<LoggedStatement> entries(Collection<Long> indexes, long size) {
        Long[] wanted = indexes.stream().filter(index -> index < size).toArray(Long[]::new);
        return arrays.query(
                ENTRIES_AT,
                statement -> statement.setArray(1, statement.getConnection().createArrayOf("bigint", wanted)),
                LogReader::logged);
    }

    /** The indexes of these statements that are below {@code size}; statements that are not are left out. */
    public Map<Digest, Long> indexes(Collection<Digest> digests, long size) {
        byte[][] raw = digests.stream().map(Digest::bytes).toArray(byte[][]::new);
        Map<Digest, Long> found = new HashMap<>();
        arrays.query(
                INDEXES,
                statement -> {
                    Array array = statement.getConnection().createArrayOf("bytea", raw);
                    statement.setArray(1, array);
                    statement.setLong(2, size);
                },
                row -> {
                    found.put(Digest.ofRaw(row.getBytes(1)), row.getLong(2));
                });
        return found;
    }

    private static LoggedStatement logged(ResultSet row, int number) throws SQLException {
        return new LoggedStatement(
                row.getLong(1),
                Digest.ofRaw(row.getBytes(2)),
                row.getBytes(3),
                List.of((String[]) row.getArray(4).getArray()),
                row.getString(5),
                row.getLong(6));
    }
}
