package dev.sallyport.skills.pack;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The archive of a package: a zip (APPNOTE.TXT 6.3.10) with one encoding. Entries are stored as they are, in the order of
 * their names, adjoin, and all have the same time; there are no links, modes, comments, special fields or folders. So two
 * readers of zip never see different files, and there is nothing to unpack that is larger than the archive.
 *
 * <p>What is read is written again and compared: whatever differs in any byte from what {@link #write} would write is
 * refused.
 */
final class SkillArchive {
    /** Most bytes of an archive. */
    static final int MAX_BYTES = 64 << 20;
    /** Most bytes of one file. */
    static final int MAX_FILE_BYTES = 16 << 20;
    /** Most files. */
    static final int MAX_FILES = 256;

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    /** Version 1.0 by MS-DOS, whose attributes say nothing of links and rights. */
    private static final int VERSION = 10;
    /** 1 January 1980, 00:00: the first time that zip can write. */
    private static final int TIME = 1 << 21 | 1 << 16;

    private static final int LONGEST_NAME = 128;
    private static final Pattern NAME = Pattern.compile(
            "(?=.{1," + LONGEST_NAME + "}$)[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?");

    private SkillArchive() {}

    /** No files yet; they are kept in the archive's order. */
    static SortedMap<String, byte[]> files() {
        return new TreeMap<>(Comparator.naturalOrder());
    }

    /**
     * Reads an archive.
     *
     * @return the files by name
     * @throws SkillRefusedException {@code ARCHIVE}
     */
    static SortedMap<String, byte[]> read(byte[] archive) throws SkillRefusedException {
        if (archive.length > MAX_BYTES) {
            throw refused("is larger than " + MAX_BYTES + " bytes");
        }
        SortedMap<String, byte[]> files = files();
        ByteBuffer in = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
        while (in.remaining() >= LOCAL_BYTES && in.getInt(in.position()) == LOCAL) {
            if (files.size() == MAX_FILES) {
                throw refused("holds more than " + MAX_FILES + " files");
            }
            entry(in, files);
        }
        if (files.isEmpty()) {
            throw refused("is no zip with a file in it");
        }
        if (!Arrays.equals(archive, write(files))) {
            throw refused(
                    "is not in the one encoding of packages: its entries are in another order, have times, modes, "
                            + "comments or special fields, or something lies between or behind them");
        }
        return Collections.unmodifiableSortedMap(files);
    }

    private static void entry(ByteBuffer in, Map<String, byte[]> files) throws SkillRefusedException {
        int header = in.position();
        if (in.getShort(header + 8) != 0) {
            throw refused("has a compressed entry: files are stored as they are");
        }
        int size = in.getInt(header + 22);
        int nameLength = Short.toUnsignedInt(in.getShort(header + 26));
        in.position(header + LOCAL_BYTES);
        if (nameLength > in.remaining()) {
            throw refused("ends early");
        }
        byte[] rawName = new byte[nameLength];
        in.get(rawName);
        String name = new String(rawName, StandardCharsets.ISO_8859_1);
        if (!isName(name)) {
            throw refused("has an entry whose name no file of a package has");
        }
        if (size < 0 || size > MAX_FILE_BYTES) {
            throw refused("has a file of more than " + MAX_FILE_BYTES + " bytes: " + name);
        }
        if (size > in.remaining()) {
            throw refused("ends early");
        }
        byte[] content = new byte[size];
        in.get(content);
        if (files.put(name, content) != null) {
            throw refused("has two entries of one name: " + name);
        }
    }

    /** Whether a file may be called so. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Writes the one archive of these files.
     *
     * @throws SkillRefusedException {@code ARCHIVE}, beyond the limits
     */
    static byte[] write(SortedMap<String, byte[]> files) throws SkillRefusedException {
        long total = END_BYTES;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (!isName(file.getKey()) || file.getValue().length > MAX_FILE_BYTES) {
                throw refused("cannot hold this file, by its name or size: " + file.getKey());
            }
            total += LOCAL_BYTES + CENTRAL_BYTES + 2L * file.getKey().length() + file.getValue().length;
        }
        if (total > MAX_BYTES || files.size() > MAX_FILES) {
            throw refused("would hold more than " + MAX_FILES + " files or " + MAX_BYTES + " bytes");
        }
        ByteBuffer out = ByteBuffer.allocate((int) total).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer directory = ByteBuffer.allocate(files.size() * (CENTRAL_BYTES + LONGEST_NAME))
                .order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                byte[] name = file.getKey().getBytes(StandardCharsets.US_ASCII);
                int offset = out.position();
                common(out.putInt(LOCAL).putShort((short) VERSION), file.getValue(), name);
                out.put(name).put(file.getValue());
                common(
                        directory.putInt(CENTRAL).putShort((short) VERSION).putShort((short) VERSION),
                        file.getValue(),
                        name);
                directory.putShort((short) 0).putInt(0).putInt(0).putInt(offset).put(name);
            }
        } catch (BufferOverflowException e) {
            throw new IllegalStateException("the size was computed before", e);
        }
        int start = out.position();
        out.put(directory.flip());
        int size = out.position() - start;
        short count = (short) files.size();
        out.putInt(END)
                .putInt(0)
                .putShort(count)
                .putShort(count)
                .putInt(size)
                .putInt(start)
                .putShort((short) 0);
        return out.array();
    }

    /** The fields that both headers have: no flags, stored, the time, checksum, both sizes, the name's length, no more. */
    private static void common(ByteBuffer out, byte[] content, byte[] name) {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        out.putInt(0).putInt(TIME).putInt((int) checksum.getValue());
        out.putInt(content.length)
                .putInt(content.length)
                .putShort((short) name.length)
                .putShort((short) 0);
    }

    private static SkillRefusedException refused(String what) {
        return new SkillRefusedException(Refusal.ARCHIVE, "The package " + what + ".");
    }
}
