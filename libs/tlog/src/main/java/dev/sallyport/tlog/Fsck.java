package dev.sallyport.tlog;

import dev.sallyport.tlog.LogPath.BundleId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks a whole log from outside, believing nothing but its key. It hashes every entry that the log serves
 * (c2sp.org/tlog-tiles), compares every served tile of hashes with the one computed, and the computed root with the
 * signed checkpoint. Memory does not grow with the log.
 */
public final class Fsck {
    private static final long PROGRESS_EVERY = 64L * LogPath.FULL;

    private final Source source;
    private final List<VerifierKey> keys;
    private final @Nullable String origin;
    private long bytesRead;

    /**
     * A check of one log.
     *
     * @param source reads the log
     * @param keys one of them must have signed the checkpoint
     * @param origin the log that the checkpoint must be of; null for any log that one of the keys belongs to
     */
    public Fsck(Source source, List<VerifierKey> keys, @Nullable String origin) {
        this.source = source;
        this.keys = List.copyOf(keys);
        this.origin = origin;
    }

    /** Reads what a log serves. */
    public interface Source {
        /** The bytes at a path of the log, such as {@code checkpoint} or {@code tile/entries/000}. */
        byte[] read(String path);
    }

    /** Is told from time to time how far the check has come. */
    public interface Progress {
        /** So many leaves of all have been checked. */
        void checked(long leaves, long all);
    }

    /**
     * A sound log.
     *
     * @param checkpoint the signed checkpoint that everything leads to
     * @param bytesRead how much was read, in bytes
     */
    public record Result(Checkpoint checkpoint, long bytesRead) {}

    /**
     * Reads everything.
     *
     * @throws TlogException naming what does not hold
     */
    public Result run(Progress progress) {
        Checkpoint checkpoint = Checkpoint.open(read("checkpoint"), keys);
        if (origin != null && !origin.equals(checkpoint.origin())) {
            throw new TlogException.MalformedTile("the checkpoint is of another log: " + checkpoint.origin());
        }
        RightEdge edge = RightEdge.empty();
        while (edge.size() < checkpoint.size()) {
            edge = append(edge, BundleId.inTree(edge.size() / LogPath.FULL, checkpoint.size()));
            if (edge.size() % PROGRESS_EVERY == 0) {
                progress.checked(edge.size(), checkpoint.size());
            }
        }
        edge.partialTiles().forEach(this::compare);
        if (!edge.root().equals(checkpoint.root())) {
            throw new TlogException.MalformedTile("the entries do not lead to the checkpoint's root: they give "
                    + edge.root().base64() + ", signed is " + checkpoint.root().base64());
        }
        return new Result(checkpoint, bytesRead);
    }

    private RightEdge append(RightEdge edge, BundleId bundle) {
        List<TreeHash> leaves = new ArrayList<>(bundle.width());
        for (byte[] entry : EntryBundle.decode(read(bundle.path()), bundle.width())) {
            leaves.add(Rfc6962.leaf(entry));
        }
        RightEdge.Growth growth = edge.append(leaves);
        for (Tile tile : growth.tiles()) {
            // The log serves the partial tiles of the whole tree only. They are compared at the end.
            if (tile.id().full()) {
                compare(tile);
            }
        }
        return growth.edge();
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
