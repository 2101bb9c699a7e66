package dev.sallyport.attestation.log;

import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.LogPath.TileId;
import dev.sallyport.tlog.TileReader;
import dev.sallyport.tlog.TiledTree;
import dev.sallyport.tlog.TreeHash;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Signs and publishes a checkpoint each time the tree has grown. The archive holds what a checkpoint covers before it
 * is signed, and the checkpoint itself before it is published. Nothing is signed that does not continue the last signed
 * checkpoint: a database set back to an older state cannot make the log tell two histories.
 */
@Service
public class CheckpointPublisher {
    private final LedgerStore store;
    private final Checkpoints checkpoints;
    private final TileArchive archive;
    private final LogIdentity identity;
    private final LogRestoration restoration;
    private final TransactionTemplate transactions;
    private final AtomicLong published = new AtomicLong();
    private volatile @Nullable String failure = "No checkpoint has been published yet.";

    CheckpointPublisher(
            LedgerStore store,
            Checkpoints checkpoints,
            TileArchive archive,
            LogIdentity identity,
            LogRestoration restoration,
            TransactionTemplate transactions,
            MeterRegistry metrics) {
        this.store = store;
        this.checkpoints = checkpoints;
        this.archive = archive;
        this.identity = identity;
        this.restoration = restoration;
        this.transactions = transactions;
        Gauge.builder("sallyport.ledger.published", published, AtomicLong::get)
                .description("entries covered by the last checkpoint that this process has shown")
                .register(metrics);
        Gauge.builder(
                        "sallyport.ledger.publishing",
                        this,
                        publisher -> publisher.failure().isEmpty() ? 1 : 0)
                .description("1 while the last attempt to publish succeeded")
                .register(metrics);
    }

    /** Why the last attempt failed; empty while the log publishes. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Publishes what has been appended, if anything.
     *
     * @throws LedgerException.SecondHistory when the database does not continue what was signed
     */
    public synchronized void publish() {
        try {
            published.set(transactions.execute(_ -> publishNext()));
            failure = null;
        } catch (RuntimeException e) {
            failure = String.valueOf(e.getMessage());
            throw e;
        }
    }

    /** The size that is published now. */
    private long publishNext() {
        store.lockPublication();
        restoration.restoreIfSetBack();
        TreeState state = store.state();
        Optional<PublishedCheckpoint> latest = checkpoints.latest();
        if (latest.isPresent() && latest.get().size() == state.size() && remembers(latest.get())) {
            return state.size();
        }
        TileReader tiles = store.once();
        long archived = continued(state, tiles);
        if (!new TiledTree(state.size(), tiles).root().equals(state.root())) {
            throw new LedgerException.SecondHistory("The tiles in the database do not lead to its root.");
        }
        archive(archived, state.size(), tiles);
        byte[] note = identity.sign(state.size(), state.root());
        archive.remember(note);
        checkpoints.publish(new PublishedCheckpoint(state.size(), state.root(), note));
        return state.size();
    }

    private boolean remembers(PublishedCheckpoint latest) {
        return archive.checkpoint()
                .filter(note -> Arrays.equals(note, latest.note()))
                .isPresent();
    }

    /** The size signed before, once it is certain that the database continues it. */
    private long continued(TreeState state, TileReader tiles) {
        Optional<byte[]> note = archive.checkpoint();
        if (note.isEmpty()) {
            return 0;
        }
        Checkpoint signed = identity.open(note.get());
        restoration.verifyContinues(state);
        if (!new TiledTree(signed.size(), tiles).root().equals(signed.root())) {
            throw new LedgerException.SecondHistory(
                    "The database holds other entries than those signed at size " + signed.size() + ".");
        }
        return signed.size();
    }

    /** Stores every tile and bundle that is new or wider since {@code from}; of a partial one, what came since. */
    private void archive(long from, long to, TileReader tiles) {
        store.boundSince(from, to).forEach(archive::storeChain);
        for (long index = from / LogPath.FULL; index * LogPath.FULL < to; index++) {
            archiveBundle(BundleId.inTree(index, to), before(from, index));
        }
        for (int level = 0; to >> (8 * level) > 0; level++) {
            long count = to >> (8 * level);
            long before = from >> (8 * level);
            for (long index = before / LogPath.FULL; index * LogPath.FULL < count; index++) {
                archiveTile(TileId.inTree(level, index, to), before(before, index), tiles);
            }
        }
    }

    /** How wide the tile or bundle with that index was when there were so many hashes or entries. */
    private static int before(long count, long index) {
        return (int) Math.max(0, count - index * LogPath.FULL);
    }

    private void archiveBundle(BundleId bundle, int before) {
        if (before < bundle.width() && !archive.addSigners(bundle.index(), before, signers(bundle, before))) {
            archive.addSigners(bundle.index(), 0, signers(bundle, 0));
        }
        if (bundle.full()) {
            archive.store(bundle, entries(bundle, 0));
        } else if (before < bundle.width() && !archive.grow(bundle, before, entries(bundle, before))) {
            archive.grow(bundle, 0, entries(bundle, 0));
        }
    }

    private byte[] signers(BundleId bundle, int from) {
        return store.signers(bundle.index() * LogPath.FULL + from, bundle.width() - from);
    }

    private byte[] entries(BundleId bundle, int from) {
        return EntryBundle.encode(store.envelopes(bundle.index() * LogPath.FULL + from, bundle.width() - from));
    }

    private void archiveTile(TileId tile, int before, TileReader tiles) {
        if (tile.full()) {
            archive.store(tile, tiles.read(tile));
        } else if (before < tile.width()) {
            byte[] hashes = tiles.read(tile);
            byte[] added = Arrays.copyOfRange(hashes, before * TreeHash.BYTES, hashes.length);
            if (!archive.grow(tile, before, added)) {
                archive.grow(tile, 0, hashes);
            }
        }
    }
}
