package dev.sallyport.tlog;

import dev.sallyport.tlog.LogPath.TileId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A tree of one size, seen through its tiles. Each proof reads at most two tiles per level. Tiles are read once per
 * instance, so make one per request; not for use by several threads.
 *
 * <p>It believes the reader: whoever has the tiles from somebody else compares {@link #root()} with a checkpoint, or
 * verifies the proofs with {@link Proofs}.
 */
public final class TiledTree {
    private final long size;
    private final TileReader reader;
    private final Map<TileId, byte[]> tiles = new HashMap<>();

    /** The tree of the first {@code size} leaves. */
    public TiledTree(long size, TileReader reader) {
        if (size < 0) {
            throw new IllegalArgumentException("a tree has no negative size");
        }
        this.size = size;
        this.reader = reader;
    }

    /** Number of leaves. */
    public long size() {
        return size;
    }

    /** The root. */
    public TreeHash root() {
        return size == 0 ? Rfc6962.emptyRoot() : range(0, size);
    }

    /** The hash of a leaf. */
    public TreeHash leaf(long index) {
        checkIndex(index);
        return perfect(0, index);
    }

    /** The audit path of a leaf from its sibling upwards (RFC 6962, section 2.1.1). */
    public List<TreeHash> inclusion(long index) {
        checkIndex(index);
        List<TreeHash> path = new ArrayList<>();
        long low = 0;
        long high = size;
        while (high - low > 1) {
            long middle = low + leftSize(high - low);
            if (index < middle) {
                path.add(range(middle, high));
                high = middle;
            } else {
                path.add(range(low, middle));
                low = middle;
            }
        }
        return path.reversed();
    }

    /**
     * The proof that this tree continues the one of {@code older} leaves (RFC 6962, section 2.1.2). Empty for equal
     * sizes. {@link IllegalArgumentException} for an older size of 0, of which nothing can be proven, or beyond this
     * size.
     */
    public List<TreeHash> consistency(long older) {
        if (older < 1 || older > size) {
            throw new IllegalArgumentException("consistency is proven from a size of 1 to " + size);
        }
        List<TreeHash> path = new ArrayList<>();
        long low = 0;
        long high = size;
        boolean known = true;
        while (older != high) {
            long middle = low + leftSize(high - low);
            if (older <= middle) {
                path.add(range(middle, high));
                high = middle;
            } else {
                path.add(range(low, middle));
                low = middle;
                known = false;
            }
        }
        if (!known) {
            path.add(range(low, high));
        }
        return path.reversed();
    }

    private void checkIndex(long index) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("a tree of size " + size + " has no leaf " + index);
        }
    }

    /**
     * The hash over the leaves from {@code low} (inclusive) to {@code high}, a range that the tree's own splits lead
     * to.
     */
    private TreeHash range(long low, long high) {
        long count = high - low;
        if (Long.bitCount(count) == 1) {
            int height = Long.numberOfTrailingZeros(count);
            return perfect(height, low >> height);
        }
        long middle = low + leftSize(count);
        return Rfc6962.node(range(low, middle), range(middle, high));
    }

    /** The hash of the perfect subtree of that height: always computable from one tile. */
    private TreeHash perfect(int height, long position) {
        int level = height / 8;
        int count = 1 << (height % 8);
        long first = position * count;
        TileId id = TileId.inTree(level, first / LogPath.FULL, size);
        byte[] hashes = tiles.computeIfAbsent(id, this::read);
        return Rfc6962.perfect(hashes, (int) (first % LogPath.FULL), count);
    }

    private byte[] read(TileId id) {
        byte[] hashes = reader.read(id);
        if (hashes.length != id.width() * TreeHash.BYTES) {
            throw new TlogException.MalformedTile(id.path() + " has " + hashes.length + " bytes");
        }
        return hashes;
    }

    /** The largest power of two below {@code count}: how many leaves the left side of a split has. */
    private static long leftSize(long count) {
        return Long.highestOneBit(count - 1);
    }
}
