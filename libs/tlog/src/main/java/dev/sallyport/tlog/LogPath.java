package dev.sallyport.tlog;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of an immutable part of a tiled log: a tile of hashes or a bundle of entries (c2sp.org/tlog-tiles). */
public sealed interface LogPath {
    /** How many hashes or entries a full tile or bundle holds. */
    int FULL = 256;

    /** Position among the tiles of its level, or among the bundles. */
    long index();

    /** Number of hashes or entries, 1 to 256; less than 256 is a partial one. */
    int width();

    /** Whether nothing will ever be added. */
    default boolean full() {
        return width() == FULL;
    }

    /** The path below the log's prefix, without a leading slash. */
    String path();

    /** The most tiles there can be at a level; beyond it the index of the last leaf would not be a long. */
    long MAX_INDEX = Long.MAX_VALUE / FULL;

    /**
     * A tile of hashes.
     *
     * @param level 0 for leaf hashes; each further level hashes full tiles of the one below
     * @param index position among the tiles of the level
     * @param width number of hashes
     */
    record TileId(int level, long index, int width) implements LogPath {
        /** Refuses impossible numbers with {@link IllegalArgumentException}. */
        public TileId {
            if (level < 0 || level > 63) {
                throw new IllegalArgumentException("a tile's level is 0 to 63");
            }
            check(index, width);
        }

        /** The tile with that index in a tree of {@code size} leaves; {@link TlogException.MalformedTile} if empty. */
        public static TileId inTree(int level, long index, long size) {
            int shift = 8 * level;
            return new TileId(level, index, widthOf(index, shift > 62 ? 0 : size >> shift));
        }

        @Override
        public String path() {
            return "tile/" + level + "/" + suffix(index, width);
        }
    }

    /**
     * A bundle of entries.
     *
     * @param index position among the bundles
     * @param width number of entries
     */
    record BundleId(long index, int width) implements LogPath {
        /** Refuses impossible numbers with {@link IllegalArgumentException}. */
        public BundleId {
            check(index, width);
        }

        /**
         * The bundle with that index in a tree of {@code size} leaves; {@link TlogException.MalformedTile} if empty.
         */
        public static BundleId inTree(long index, long size) {
            return new BundleId(index, widthOf(index, size));
        }

        @Override
        public String path() {
            return "tile/entries/" + suffix(index, width);
        }
    }

    /**
     * Reads a path such as {@code tile/0/x001/234.p/7}; {@link TlogException.MalformedTile} for anything that is not
     * the one spelling of a path.
     */
    static LogPath parse(String path) {
        Matcher parts = Form.PATH.matcher(path);
        if (!parts.matches()) {
            throw new TlogException.MalformedTile("not the path of a tile or entry bundle");
        }
        String number = parts.group("n").replace("/", "").replace("x", "");
        if (number.length() > 18) {
            throw new TlogException.MalformedTile("a tile's index is too large");
        }
        long index = Long.parseLong(number);
        String partial = parts.group("w");
        int width = partial == null ? FULL : Integer.parseInt(partial);
        if (width == 0 || width > FULL || (partial != null && width == FULL) || index > MAX_INDEX) {
            throw new TlogException.MalformedTile("a partial tile has 1 to 255 hashes");
        }
        String level = parts.group("l");
        LogPath id;
        if (level.equals("entries")) {
            id = new BundleId(index, width);
        } else if (Integer.parseInt(level) <= 63) {
            id = new TileId(Integer.parseInt(level), index, width);
        } else {
            throw new TlogException.MalformedTile("a tile's level is 0 to 63");
        }
        if (!id.path().equals(path)) {
            throw new TlogException.MalformedTile("a tile has one path only: " + id.path());
        }
        return id;
    }

    private static int widthOf(long index, long count) {
        long width = Math.min(FULL, count - index * FULL);
        if (index < 0 || width <= 0) {
            throw new TlogException.MalformedTile("the tree has no such tile");
        }
        return (int) width;
    }

    private static void check(long index, int width) {
        if (index < 0 || index > MAX_INDEX) {
            throw new IllegalArgumentException("a tile's index is out of range");
        }
        if (width < 1 || width > FULL) {
            throw new IllegalArgumentException("a tile has 1 to 256 hashes");
        }
    }

    private static String suffix(long index, int width) {
        String number = String.format("%03d", index % 1000);
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            number = String.format("x%03d/", rest % 1000) + number;
        }
        return width == FULL ? number : number + ".p/" + width;
    }

    /** Holds the pattern, since an interface's constants are public. */
    final class Form {
        private static final Pattern PATH = Pattern.compile(
                "tile/(?<l>entries|[0-9]{1,2})/(?<n>(x[0-9]{3}/){0,6}[0-9]{3})(\\.p/(?<w>[0-9]{1,3}))?");

        private Form() {}
    }
}
