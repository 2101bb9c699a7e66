package dev.sallyport.tlog;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Bundles of entries: each entry after its length as a big-endian uint16 (c2sp.org/tlog-tiles, "Log entries"). */
public final class EntryBundle {
    /** The largest entry, in bytes. The format's own limit is 65,535; the rest is room for a later format of ours. */
    public static final int MAX_ENTRY_BYTES = 60_000;

    private EntryBundle() {}

    /** The bundle of these 1 to 256 entries; {@link TlogException.EntryTooLarge}. */
    public static byte[] encode(List<byte[]> entries) {
        if (entries.isEmpty() || entries.size() > LogPath.FULL) {
            throw new IllegalArgumentException("a bundle holds 1 to 256 entries");
        }
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            checkSize(entry);
            bundle.write(entry.length >>> 8);
            bundle.write(entry.length);
            bundle.writeBytes(entry);
        }
        return bundle.toByteArray();
    }

    /**
     * The {@code width} entries of a bundle; {@link TlogException.MalformedTile} when it holds more, fewer or half
     * ones.
     */
    public static List<byte[]> decode(byte[] bundle, int width) {
        ByteBuffer rest = ByteBuffer.wrap(bundle);
        List<byte[]> entries = new ArrayList<>();
        while (rest.hasRemaining()) {
            if (entries.size() == width || rest.remaining() < 2) {
                throw new TlogException.MalformedTile("the entry bundle has bytes after its last entry");
            }
            int length = Short.toUnsignedInt(rest.getShort());
            if (length > rest.remaining()) {
                throw new TlogException.MalformedTile("the entry bundle ends within an entry");
            }
            byte[] entry = new byte[length];
            rest.get(entry);
            entries.add(entry);
        }
        if (entries.size() != width) {
            throw new TlogException.MalformedTile(
                    "the entry bundle has " + entries.size() + " entries instead of " + width);
        }
        return entries;
    }

    /** Refuses an entry of more than {@link #MAX_ENTRY_BYTES} with {@link TlogException.EntryTooLarge}. */
    public static void checkSize(byte[] entry) {
        if (entry.length > MAX_ENTRY_BYTES) {
            throw new TlogException.EntryTooLarge(entry.length);
        }
    }
}
