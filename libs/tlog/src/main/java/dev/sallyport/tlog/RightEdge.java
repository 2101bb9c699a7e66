package dev.sallyport.tlog;

import dev.sallyport.tlog.LogPath.TileId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a tree that its growth needs: its partial tiles, one per level at most. Immutable, so that a batch whose
 * transaction is rolled back leaves nothing behind; at most 255 hashes per level, however large the tree is.
 */
public final class RightEdge {
    private static final RightEdge EMPTY = new RightEdge(0, List.of());

    private final long size;

    /** The partial tile of each level, possibly without any hash. */
    private final List<byte[]> partials;

    private RightEdge(long size, List<byte[]> partials) {
        this.size = size;
        this.partials = partials;
    }

    /**
     * A grown tree.
     *
     * @param edge the edge after the growth
     * @param tiles every tile that is new or wider than before, each once and in its new width
     */
    public record Growth(RightEdge edge, List<Tile> tiles) {}

    /** The edge of the tree without leaves. */
    public static RightEdge empty() {
        return EMPTY;
    }

    /** The edge of a tree of {@code size} leaves, read from its partial tiles (one read per level at most). */
    public static RightEdge load(long size, TileReader reader) {
        if (size < 0) {
            throw new IllegalArgumentException("a tree has no negative size");
        }
        List<byte[]> partials = new ArrayList<>();
        int level = 0;
        for (long count = size; count > 0; count /= LogPath.FULL, level++) {
            int width = (int) (count % LogPath.FULL);
            if (width == 0) {
                partials.add(new byte[0]);
                continue;
            }
            byte[] hashes = reader.read(new TileId(level, count / LogPath.FULL, width));
            if (hashes.length != width * TreeHash.BYTES) {
                throw new TlogException.MalformedTile("a tile of width " + width + " has " + hashes.length + " bytes");
            }
            partials.add(hashes.clone());
        }
        return new RightEdge(size, partials);
    }

    /** Number of leaves. */
    public long size() {
        return size;
    }

    /** The partial tile of each level that has one. */
    public List<Tile> partialTiles() {
        List<Tile> tiles = new ArrayList<>();
        for (int level = 0; level < partials.size(); level++) {
            byte[] hashes = partials.get(level);
            if (hashes.length > 0) {
                long index = (size >> (8 * level)) / LogPath.FULL;
                tiles.add(new Tile(new TileId(level, index, hashes.length / TreeHash.BYTES), hashes));
            }
        }
        return List.copyOf(tiles);
    }

    /** The tree after these leaves, and the tiles to store for it. */
    public Growth append(List<TreeHash> leaves) {
        List<byte[]> grown = new ArrayList<>(partials);
        List<Tile> tiles = new ArrayList<>();
        List<TreeHash> incoming = leaves;
        for (int level = 0; !incoming.isEmpty(); level++) {
            if (level == grown.size()) {
                grown.add(new byte[0]);
            }
            // The sizes of this level before the growth say where the first touched tile lies.
            long index = (size >> (8 * level)) / LogPath.FULL;
            byte[] hashes = concatenate(grown.get(level), incoming);
            List<TreeHash> carried = new ArrayList<>();
            int count = hashes.length / TreeHash.BYTES;
            int from = 0;
            for (; count - from >= LogPath.FULL; from += LogPath.FULL) {
                byte[] full = slice(hashes, from, LogPath.FULL);
                tiles.add(new Tile(new TileId(level, index++, LogPath.FULL), full));
                carried.add(Rfc6962.perfect(full, 0, LogPath.FULL));
            }
            byte[] rest = slice(hashes, from, count - from);
            if (rest.length > 0) {
                tiles.add(new Tile(new TileId(level, index, count - from), rest));
            }
            grown.set(level, rest);
            incoming = carried;
        }
        return new Growth(new RightEdge(size + leaves.size(), grown), List.copyOf(tiles));
    }

    /** The root (RFC 6962, section 2.1): the perfect subtrees of the size's binary digits, joined from the right. */
    public TreeHash root() {
        @Nullable TreeHash root = null;
        for (byte[] partial : partials) {
            int width = partial.length / TreeHash.BYTES;
            int end = width;
            for (int count = 1; count <= width; count *= 2) {
                if ((width & count) != 0) {
                    end -= count;
                    TreeHash left = Rfc6962.perfect(partial, end, count);
                    root = root == null ? left : Rfc6962.node(left, root);
                }
            }
        }
        return root == null ? Rfc6962.emptyRoot() : root;
    }

    private static byte[] concatenate(byte[] partial, List<TreeHash> more) {
        byte[] hashes = Arrays.copyOf(partial, partial.length + more.size() * TreeHash.BYTES);
        int position = partial.length / TreeHash.BYTES;
        for (TreeHash hash : more) {
            hash.copyTo(hashes, position++);
        }
        return hashes;
    }

    private static byte[] slice(byte[] hashes, int from, int count) {
        return Arrays.copyOfRange(hashes, from * TreeHash.BYTES, (from + count) * TreeHash.BYTES);
    }
}
