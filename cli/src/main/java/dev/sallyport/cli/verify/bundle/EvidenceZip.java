package dev.sallyport.cli.verify.bundle;

import dev.sallyport.statements.bundle.EvidenceForm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A zip archive read so strictly that every other reader sees the same files in it (APPNOTE.TXT 6.3.10, sections 4.3
 * and 4.4). Zip says things twice, in local headers and in the central directory, and allows gaps between; readers
 * differ in what they believe. Here both must agree, entries must adjoin, and nothing may lie before, between or behind
 * them. Every field has the one value that a bundle gives it, so that names, contents and time of export tell each bit of
 * the archive: an entry is no link and has no rights of its own, and nothing is hidden in it.
 */
public final class EvidenceZip {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    /** Version 1.0 by MS-DOS, whose attributes say nothing of links and rights. */
    private static final int VERSION = 10;

    private static final int STORED = 0;
    private static final int FIRST_YEAR = 1980;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?");

    /** Most bytes of an archive, and of all its files together. */
    public static final int MAX_TOTAL_BYTES = EvidenceForm.MOST_BYTES;
    /** Largest file but for details, in bytes. */
    static final int MAX_FILE_BYTES = 2 << 20;
    /** Largest detail in bytes. */
    static final int MAX_DETAIL_BYTES = 16 << 20;

    private final ByteBuffer zip;
    private final int centralStart;
    private final int entries;
    private long total;
    private int time;

    /**
     * What an archive holds.
     *
     * @param files by name in the archive's order
     * @param time when its entries were written, as zip writes it
     */
    public record Content(Map<String, byte[]> files, int time) {}

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
        if (entries != Short.toUnsignedInt(zip.getShort(end + 8))) {
            throw new EvidenceRefusedException("the archive has two numbers of entries");
        }
        if (start + size != end) {
            throw new EvidenceRefusedException("the archive's directory does not lie where it says");
        }
        centralStart = (int) start;
    }

    /** An instant as zip writes it: the date in the upper half, steps of two seconds. */
    static int timeOf(Instant instant) {
        OffsetDateTime at = instant.atOffset(ZoneOffset.UTC);
        int date = (at.getYear() - FIRST_YEAR) << 9 | at.getMonthValue() << 5 | at.getDayOfMonth();
        return date << 16 | at.getHour() << 11 | at.getMinute() << 5 | at.getSecond() >> 1;
    }

    /** What the archive holds; {@link EvidenceRefusedException} for anything unusual. */
    public static Content read(byte[] bytes) throws EvidenceRefusedException {
        if (bytes.length > MAX_TOTAL_BYTES) {
            throw new EvidenceRefusedException("the archive is larger than 64 MiB");
        }
        try {
            EvidenceZip zip = new EvidenceZip(bytes);
            return new Content(zip.files(), zip.time);
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
            require(i == 0 || zip.getInt(central + 12) == time, name + " has a time of its own");
            time = zip.getInt(central + 12);
            files.put(name, entry.content());
            local = entry.end;
            require(extraLength == 0, name + " has a special field");
            central += CENTRAL_BYTES + nameLength;
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

    private static void require(boolean condition, String otherwise) throws EvidenceRefusedException {
        if (!condition) {
            throw new EvidenceRefusedException(otherwise);
        }
    }

    /** One entry, its local header compared with the central one. */
    private final class Entry {
        private final String name;
        private final int crc;
        private final int size;
        private final int start;
        private final int end;

        Entry(String name, int central, int local) throws EvidenceRefusedException {
            this.name = name;
            require(
                    zip.getShort(central + 36) == 0 && zip.getInt(central + 38) == 0,
                    name + " has a mode of its own: it is a link, or has rights that no file of a bundle has");
            require(
                    zip.getShort(central + 4) == VERSION && zip.getShort(central + 6) == VERSION,
                    name + " is from another system or needs another version of zip");
            require(zip.getShort(central + 8) == 0, name + " is encrypted or special");
            require(
                    zip.getShort(central + 10) == STORED,
                    name + " is compressed: a bundle's files are stored as they are");
            crc = zip.getInt(central + 16);
            size = length(zip.getInt(central + 24));
            require(length(zip.getInt(central + 20)) == size, name + " has two sizes");
            int limit = name.startsWith("details/") ? MAX_DETAIL_BYTES : MAX_FILE_BYTES;
            require(size <= limit, name + " is larger than " + limit + " bytes");
            total += size;
            require(total <= MAX_TOTAL_BYTES, "the archive holds more than 64 MiB");

            require(zip.getInt(local) == LOCAL, name + " has no header of its own");
            require(
                    zip.getShort(local + 4) == VERSION
                            && zip.getShort(local + 6) == 0
                            && zip.getShort(local + 8) == STORED,
                    name + " is described in two ways");
            require(zip.getInt(local + 10) == zip.getInt(central + 12), name + " has two times");
            require(
                    zip.getInt(local + 14) == crc && zip.getInt(local + 18) == size && zip.getInt(local + 22) == size,
                    name + " has two sizes or checksums");
            int nameLength = Short.toUnsignedInt(zip.getShort(local + 26));
            require(name.equals(name(local + LOCAL_BYTES, nameLength)), name + " has two names");
            require(zip.getShort(local + 28) == 0, name + " has a special field");
            start = local + LOCAL_BYTES + nameLength;
            end = start + size;
            require(size <= centralStart && end <= centralStart, name + " reaches beyond the entries");
        }

        private int length(int unsigned) throws EvidenceRefusedException {
            require(unsigned >= 0 && unsigned <= MAX_TOTAL_BYTES, name + " is too large");
            return unsigned;
        }

        byte[] content() throws EvidenceRefusedException {
            byte[] content = new byte[size];
            zip.get(start, content);
            CRC32 check = new CRC32();
            check.update(content);
            require((int) check.getValue() == crc, name + " does not have its checksum");
            return content;
        }
    }
}
