package dev.sallyport.cli.verify.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A zip archive read so strictly that every other reader sees the same files in it (APPNOTE.TXT 6.3.10, sections 4.3
 * and 4.4). Zip says things twice, in local headers and in the central directory, and allows gaps between; readers
 * differ in what they believe. Here both must agree, entries must adjoin, and nothing may lie before, between or behind
 * them.
 */
public final class EvidenceZip {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int HAS_DESCRIPTOR = 1 << 3;
    private static final int UTF8 = 1 << 11;
    private static final int COMPRESSION_LEVEL_BITS = 0b110;
    private static final short EXTENDED_TIMESTAMP = 0x5455;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?");

    /** Most entries. */
    static final int MAX_ENTRIES = 4096;
    /** Largest archive, and largest sum of its files, in bytes. */
    public static final int MAX_TOTAL_BYTES = 64 << 20;
    /** Largest file but for details, in bytes. */
    static final int MAX_FILE_BYTES = 2 << 20;
    /** Largest detail in bytes. */
    static final int MAX_DETAIL_BYTES = 16 << 20;

    private final ByteBuffer zip;
    private final int centralStart;
    private final int entries;
    private long total;

    private EvidenceZip(byte[] bytes) throws EvidenceRefusedException {
        zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int end = bytes.length - END_BYTES;
        if (end < 0 || zip.getInt(end) != END) {
            throw new EvidenceRefusedException("it does not end like a zip archive without a comment");
        }
        if (zip.getShort(end + 4) != 0 || zip.getShort(end + 6) != 0 || zip.getShort(end + 20) != 0) {
            throw new EvidenceRefusedException("the archive has several disks or a comment");
        }
        entries = Short.toUnsignedInt(zip.getShort(end + 10));
        long size = Integer.toUnsignedLong(zip.getInt(end + 12));
        long start = Integer.toUnsignedLong(zip.getInt(end + 16));
        if (entries != Short.toUnsignedInt(zip.getShort(end + 8)) || entries > MAX_ENTRIES) {
            throw new EvidenceRefusedException("the archive has more than " + MAX_ENTRIES + " entries");
        }
        if (start + size != end) {
            throw new EvidenceRefusedException("the archive's directory does not lie where it says");
        }
        centralStart = (int) start;
    }

    /** The files by name in the archive's order; {@link EvidenceRefusedException} for anything unusual. */
    public static Map<String, byte[]> read(byte[] bytes) throws EvidenceRefusedException {
        if (bytes.length > MAX_TOTAL_BYTES) {
            throw new EvidenceRefusedException("the archive is larger than 64 MiB");
        }
        try {
            return new EvidenceZip(bytes).files();
        } catch (IndexOutOfBoundsException e) {
            throw new EvidenceRefusedException("the archive is cut off or its lengths are wrong");
        }
    }

    private Map<String, byte[]> files() throws EvidenceRefusedException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        int central = centralStart;
        int local = 0;
        for (int i = 0; i < entries; i++) {
            require(zip.getInt(central) == CENTRAL, "the archive's directory is damaged");
            int nameLength = Short.toUnsignedInt(zip.getShort(central + 28));
            int extraLength = Short.toUnsignedInt(zip.getShort(central + 30));
            require(zip.getShort(central + 32) == 0, "an entry has a comment");
            require(zip.getShort(central + 34) == 0, "an entry lies on another disk");
            require(Integer.toUnsignedLong(zip.getInt(central + 42)) == local, "entries do not adjoin");
            String name = name(central + CENTRAL_BYTES, nameLength);
            Entry entry = new Entry(name, central, local);
            require(!files.containsKey(name), "two entries are called " + name);
            files.put(name, entry.content());
            local = entry.end;
            extra(central + CENTRAL_BYTES + nameLength, extraLength);
            central += CENTRAL_BYTES + nameLength + extraLength;
        }
        require(central == zip.capacity() - END_BYTES, "the archive's directory holds more than its entries");
        require(local == centralStart, "something lies between the entries and the directory");
        return files;
    }

    private String name(int at, int length) throws EvidenceRefusedException {
        byte[] bytes = new byte[length];
        zip.get(at, bytes);
        String name = new String(bytes, StandardCharsets.US_ASCII);
        require(NAME.matcher(name).matches(), "an entry has a name that no bundle has");
        return name;
    }

    /**
     * Times are all that may stand in extra fields: others give an entry another name or size for those who know them.
     */
    private void extra(int at, int length) throws EvidenceRefusedException {
        int position = at;
        while (position < at + length) {
            require(zip.getShort(position) == EXTENDED_TIMESTAMP, "an entry has a special field");
            position += 4 + Short.toUnsignedInt(zip.getShort(position + 2));
        }
        require(position == at + length, "an entry's special field is cut off");
    }

    private static void require(boolean condition, String otherwise) throws EvidenceRefusedException {
        if (!condition) {
            throw new EvidenceRefusedException(otherwise);
        }
    }

    /** One entry, its local header compared with the central one. */
    private final class Entry {
        private final String name;
        private final int method;
        private final int crc;
        private final int packed;
        private final int size;
        private final int start;
        private final int end;

        Entry(String name, int central, int local) throws EvidenceRefusedException {
            this.name = name;
            int flags = Short.toUnsignedInt(zip.getShort(central + 8));
            require(
                    (flags & ~(HAS_DESCRIPTOR | UTF8 | COMPRESSION_LEVEL_BITS)) == 0,
                    name + " is encrypted or special");
            method = Short.toUnsignedInt(zip.getShort(central + 10));
            require(method == STORED || method == DEFLATED, name + " is compressed by an unknown method");
            crc = zip.getInt(central + 16);
            packed = length(zip.getInt(central + 20));
            size = length(zip.getInt(central + 24));
            int limit = name.startsWith("details/") ? MAX_DETAIL_BYTES : MAX_FILE_BYTES;
            require(size <= limit, name + " is larger than " + limit + " bytes");
            total += size;
            require(total <= MAX_TOTAL_BYTES, "the archive holds more than 64 MiB");
            require(method == DEFLATED || packed == size, name + " has two sizes");

            require(zip.getInt(local) == LOCAL, name + " has no header of its own");
            require(Short.toUnsignedInt(zip.getShort(local + 6)) == flags, name + " has two sets of flags");
            require(Short.toUnsignedInt(zip.getShort(local + 8)) == method, name + " has two methods");
            int nameLength = Short.toUnsignedInt(zip.getShort(local + 26));
            require(name.equals(name(local + LOCAL_BYTES, nameLength)), name + " has two names");
            boolean described = (flags & HAS_DESCRIPTOR) != 0;
            boolean zeros = zip.getInt(local + 14) == 0 && zip.getInt(local + 18) == 0 && zip.getInt(local + 22) == 0;
            boolean same =
                    zip.getInt(local + 14) == crc && zip.getInt(local + 18) == packed && zip.getInt(local + 22) == size;
            require(same || (described && zeros), name + " has two sizes or checksums");
            int extraLength = Short.toUnsignedInt(zip.getShort(local + 28));
            extra(local + LOCAL_BYTES + nameLength, extraLength);
            start = local + LOCAL_BYTES + nameLength + extraLength;
            end = described ? describedEnd(start + packed) : start + packed;
            require(packed <= centralStart && end <= centralStart, name + " reaches beyond the entries");
        }

        private int describedEnd(int at) throws EvidenceRefusedException {
            require(
                    zip.getInt(at) == DESCRIPTOR
                            && zip.getInt(at + 4) == crc
                            && zip.getInt(at + 8) == packed
                            && zip.getInt(at + 12) == size,
                    name + " has two sizes or checksums");
            return at + 16;
        }

        private int length(int unsigned) throws EvidenceRefusedException {
            require(unsigned >= 0 && unsigned <= MAX_TOTAL_BYTES, name + " is too large");
            return unsigned;
        }

        byte[] content() throws EvidenceRefusedException {
            byte[] raw = new byte[packed];
            zip.get(start, raw);
            byte[] content = method == STORED ? raw : inflate(raw);
            CRC32 check = new CRC32();
            check.update(content);
            require((int) check.getValue() == crc, name + " does not have its checksum");
            return content;
        }

        /** At most one byte more than promised is ever unpacked, so that a bomb stays a spark. */
        private byte[] inflate(byte[] raw) throws EvidenceRefusedException {
            try (Inflater inflater = new Inflater(true)) {
                inflater.setInput(raw);
                byte[] content = new byte[size + 1];
                int count = 0;
                while (!inflater.finished() && count < content.length) {
                    int step = inflater.inflate(content, count, content.length - count);
                    require(step > 0 || inflater.finished(), name + " is cut off");
                    count += step;
                }
                require(
                        inflater.finished() && count == size && inflater.getRemaining() == 0,
                        name + " does not unpack to the size it states");
                return Arrays.copyOf(content, count);
            } catch (DataFormatException e) {
                throw new EvidenceRefusedException(name + " is not compressed as it says");
            }
        }
    }
}
