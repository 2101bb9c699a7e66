package dev.sallyport.cli.verify.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.cli.harness.Archive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class EvidenceZipTest {
    @Test
    void storedAndDeflatedFilesAreRead() throws EvidenceRefusedException, IOException {
        Map<String, byte[]> files = Map.of("bundle.json", bytes("{}"), "statements/1.pem", new byte[100_000]);
        assertThat(EvidenceZip.read(Archive.zip(files))).containsOnlyKeys("bundle.json", "statements/1.pem");
        assertThat(EvidenceZip.read(stored("checkpoint", "x"))).containsEntry("checkpoint", bytes("x"));
        assertThat(EvidenceZip.read(Archive.zip(Map.of()))).isEmpty();
    }

    @Test
    void namesThatLeaveTheFolderOrAreStrangeAreRefused() {
        for (String name : new String[] {
            "../x",
            "statements/../x",
            "/etc/passwd",
            "a\\b",
            "C:x",
            ".hidden",
            "a//b",
            "a/b/c",
            "a/",
            "ü",
            "a\u0000b",
            "a b",
            ""
        }) {
            assertThatExceptionOfType(EvidenceRefusedException.class)
                    .as(name)
                    .isThrownBy(() -> EvidenceZip.read(Archive.zip(Map.of(name, bytes("x")))));
        }
    }

    @Test
    void twoEntriesOfOneNameAreRefused() throws IOException {
        byte[] twice = Archive.zip(ordered("aa", "one", "ab", "two"));
        replaceAll(twice, "ab", "aa");
        refused(twice, "two entries");
    }

    @Test
    void aNameThatDiffersInTheDirectoryIsRefused() {
        byte[] zip = Archive.zip(ordered("aa", "one"));
        int last = lastIndexOf(zip, "aa");
        zip[last] = 'b';
        refused(zip, "two names");
    }

    @Test
    void bytesBeforeBetweenAndBehindAreRefused() {
        byte[] zip = Archive.zip(ordered("aa", "one"));
        refused(concat(bytes("MZ"), zip), "");
        refused(concat(zip, bytes("tail")), "does not end");
        byte[] two = concat(zip, Archive.zip(ordered("bb", "two")));
        refused(two, "");
    }

    @Test
    void aCommentIsRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setComment("hello");
            zip.putNextEntry(new ZipEntry("a"));
            zip.closeEntry();
        }
        refused(out.toByteArray(), "");
    }

    @Test
    void aSpecialFieldIsRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            ZipEntry entry = new ZipEntry("a");
            // Info-ZIP's Unicode path: readers that know it see another name.
            entry.setExtra(new byte[] {0x75, 0x70, 6, 0, 1, 0, 0, 0, 0, 'b'});
            zip.putNextEntry(entry);
            zip.closeEntry();
        }
        refused(out.toByteArray(), "special field");
    }

    @Test
    void anEncryptedEntryIsRefused() throws IOException {
        byte[] zip = stored("a", "x");
        zip[6] |= 1;
        int central = lastIndexOf(zip, "PK\u0001\u0002");
        zip[central + 8] |= 1;
        refused(zip, "encrypted");
    }

    @Test
    void aBombIsRefusedWithoutUnpackingIt() {
        Map<String, byte[]> bomb = ordered("bundle.json", "");
        bomb.put("bundle.json", new byte[EvidenceZip.MAX_FILE_BYTES + 1]);
        byte[] zip = Archive.zip(bomb);
        assertThat(zip.length).isLessThan(5_000);
        refused(zip, "larger than");
        Map<String, byte[]> many = new LinkedHashMap<>();
        for (int i = 0; i < 5; i++) {
            many.put("details/" + i, new byte[EvidenceZip.MAX_DETAIL_BYTES]);
        }
        refused(Archive.zip(many), "more than 64 MiB");
    }

    @Test
    void aBombThatLiesAboutItsSizeIsRefused() {
        byte[] zip = Archive.zip(Map.of("a", new byte[1 << 20]));
        ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int central = lastIndexOf(zip, "PK\u0001\u0002");
        buffer.putInt(central + 24, 10);
        buffer.putInt(lastIndexOf(zip, "PK\u0007\b") + 12, 10);
        refused(zip, "does not unpack to the size");
    }

    @Test
    void aWrongChecksumIsRefused() throws IOException {
        byte[] zip = stored("a", "hello");
        zip[lastIndexOf(zip, "hello")] = 'j';
        refused(zip, "checksum");
    }

    @Test
    void tooManyEntriesAreRefused() {
        Map<String, byte[]> many = new LinkedHashMap<>();
        for (int i = 0; i <= EvidenceZip.MAX_ENTRIES; i++) {
            many.put("details/" + i, new byte[0]);
        }
        refused(Archive.zip(many), "more than 4096 entries");
    }

    @Test
    void everyCutIsRefused() {
        byte[] zip = Archive.zip(ordered("aa", "one", "bb", "two"));
        for (int length = 0; length < zip.length; length++) {
            byte[] cut = Arrays.copyOf(zip, length);
            assertThatExceptionOfType(EvidenceRefusedException.class).isThrownBy(() -> EvidenceZip.read(cut));
        }
    }

    private static void refused(byte[] zip, String why) {
        assertThatExceptionOfType(EvidenceRefusedException.class)
                .isThrownBy(() -> EvidenceZip.read(zip))
                .withMessageContaining(why);
    }

    private static byte[] stored(String name, String content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            ZipEntry entry = new ZipEntry(name);
            entry.setMethod(ZipEntry.STORED);
            CRC32 crc = new CRC32();
            crc.update(bytes(content));
            entry.setCrc(crc.getValue());
            entry.setSize(content.length());
            zip.putNextEntry(entry);
            zip.write(bytes(content));
            zip.closeEntry();
        }
        return out.toByteArray();
    }

    private static Map<String, byte[]> ordered(String... namesAndContents) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < namesAndContents.length; i += 2) {
            files.put(namesAndContents[i], bytes(namesAndContents[i + 1]));
        }
        return files;
    }

    private static void replaceAll(byte[] bytes, String from, String to) {
        for (int at = lastIndexOf(bytes, from); at >= 0; at = lastIndexOf(bytes, from)) {
            System.arraycopy(bytes(to), 0, bytes, at, to.length());
        }
    }

    private static int lastIndexOf(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(text);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
