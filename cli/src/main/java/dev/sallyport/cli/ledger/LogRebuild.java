package dev.sallyport.cli.ledger;

import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.Rfc6962;
import dev.sallyport.tlog.RightEdge;
import dev.sallyport.tlog.Tile;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.TreeHash;
import dev.sallyport.tlog.VerifierKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds a tiled log from its entries alone (c2sp.org/tlog-tiles): hashes every entry, compares every tile of hashes
 * that the log serves with the one computed, and the root with the signed checkpoint. Memory does not grow with the
 * log.
 */
final class LogRebuild {
    /** Where resources of the log are read from, by their path. */
    interface Source {
        byte[] read(String path);
    }

    /**
     * A sound log.
     *
     * @param root root in base64, as in the checkpoint
     * @param bytesRead how much was read, in bytes
     */
    record Result(String origin, long size, String root, long bytesRead) {}

    private static final long PROGRESS_EVERY = 64L * LogPath.FULL;
    private final Source source;
    private final List<VerifierKey> keys;
    private final @Nullable String expectedOrigin;
    private final Consumer<String> progress;
    private long bytesRead;

    LogRebuild(Source source, List<VerifierKey> keys, @Nullable String expectedOrigin, Consumer<String> progress) {
        this.source = source;
        this.keys = keys;
        this.expectedOrigin = expectedOrigin;
        this.progress = progress;
    }

    /** Reads everything; throws {@link TlogException} naming what does not hold. */
    Result run() {
        Checkpoint checkpoint = Checkpoint.open(read("checkpoint"), keys);
        if (expectedOrigin != null && !expectedOrigin.equals(checkpoint.origin())) {
            throw new TlogException.MalformedTile("the checkpoint is of another log: " + checkpoint.origin());
        }
        long size = checkpoint.size();
        RightEdge edge = RightEdge.empty();
        while (edge.size() < size) {
            LogPath.BundleId id = LogPath.BundleId.inTree(edge.size() / LogPath.FULL, size);
            List<TreeHash> leaves = new ArrayList<>(id.width());
            for (byte[] entry : EntryBundle.decode(read(id.path()), id.width())) {
                leaves.add(Rfc6962.leaf(entry));
            }
            RightEdge.Growth growth = edge.append(leaves);
            edge = growth.edge();
            for (Tile tile : growth.tiles()) {
                if (tile.id().full() || edge.size() == size) {
                    compare(tile);
                }
            }
            if (edge.size() % PROGRESS_EVERY == 0) {
                progress.accept(edge.size() + " of " + size + " leaves");
            }
        }
        if (!edge.root().equals(checkpoint.root())) {
            throw new TlogException.MalformedTile("the entries do not lead to the checkpoint's root: they give "
                    + edge.root().base64() + ", signed is " + checkpoint.root().base64());
        }
        return new Result(checkpoint.origin(), size, checkpoint.root().base64(), bytesRead);
    }

    private void compare(Tile tile) {
        if (!Arrays.equals(read(tile.id().path()), tile.hashes())) {
            throw new TlogException.MalformedTile("the served " + tile.id().path() + " is not the one of the entries");
        }
    }

    private byte[] read(String path) {
        byte[] bytes = source.read(path);
        bytesRead += bytes.length;
        return bytes;
    }
}
