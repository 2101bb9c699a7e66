package dev.sallyport.cli.verify.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.cli.harness.Archive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class EvidenceZipTest {
    @Test
    void storedFilesAreReadWithTheirTime() throws EvidenceRefusedException {
        EvidenceZip.Content content =
                EvidenceZip.read(Archive.zip(ordered("bundle.json", "{}", "statements/1.pem", "x".repeat(100_000))));
        assertThat(content.files()).containsOnlyKeys("bundle.json", "statements/1.pem");
        assertThat(content.files()).containsEntry("bundle.json", bytes("{}"));
        assertThat(content.time()).isEqualTo(EvidenceZip.timeOf(Archive.EXPORTED.toInstant(ZoneOffset.UTC)));
        assertThat(EvidenceZip.read(Archive.zip(Map.of())).files()).isEmpty();
    }

    @Test
    void compressedFilesAreRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("a"));
            // A bomb: refused before anything is unpacked.
            zip.write(new byte[1 << 20]);
            zip.closeEntry();
        }
        refused(out.toByteArray(), "from another system or needs another version");
        byte[] named = stored("a", "x");
        for (int at : new int[] {8, lastIndexOf(named, "PK\u0001\u0002") + 10}) {
            named[at] = 8;
        }
        refused(named, "is compressed");
    }

    @Test
    void aFileWithAModeIsRefused() throws EvidenceRefusedException {
        byte[] zip = Archive.zip(ordered("README.md", "/etc/shadow"));
        assertThat(EvidenceZip.read(zip).files()).containsKey("README.md");
        int central = lastIndexOf(zip, "PK\u0001\u0002");
        for (int mode : new int[] {0120777, 0104755, 0100644, 0040755}) {
            byte[] changed = zip.clone();
            ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(central + 38, mode << 16);
            refused(changed, "README.md has a mode of its own");
            changed[central + 5] = 3; // by Unix, where the mode counts
            refused(changed, "README.md has a mode of its own");
        }
        zip[central + 5] = 3;
        refused(zip, "from another system");
    }

    @Test
    void whatIsHiddenInTimesIsRefused() {
        Map<String, byte[]> files = ordered("aa", "one", "ab", "two");
        Instant modified = Instant.EPOCH;
        refused(Archive.zip(files, entry -> entry.setLastModifiedTime(FileTime.from(modified))), "special field");
        // A field for times of 60,000 bytes, which readers skip.
        byte[] field = new byte[60_004];
        ByteBuffer.wrap(field)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x000a)
                .putShort((short) 60_000);
        refused(Archive.zip(files, entry -> entry.setExtra(field)), "special field");
        refused(
                Archive.zip(
                        files,
                        entry -> entry.setTimeLocal(
                                Archive.EXPORTED.plusMinutes(entry.getName().equals("ab") ? 1 : 0))),
                "ab has a time of its own");
        byte[] zip = Archive.zip(ordered("aa", "one"));
        zip[10] ^= 1;
        refused(zip, "aa has two times");
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
    void aSpecialFieldIsRefused() {
        // Info-ZIP's Unicode path: readers that know it see another name.
        byte[] field = {0x75, 0x70, 6, 0, 1, 0, 0, 0, 0, 'b'};
        refused(Archive.zip(ordered("a", "x"), entry -> entry.setExtra(field)), "special field");
    }

    @Test
    void anEncryptedEntryIsRefused() {
        byte[] zip = stored("a", "x");
        zip[6] |= 1;
        int central = lastIndexOf(zip, "PK\u0001\u0002");
        zip[central + 8] |= 1;
        refused(zip, "encrypted");
    }

    @Test
    void filesThatAreTooLargeAreRefused() {
        refused(Archive.zip(Map.of("bundle.json", new byte[EvidenceZip.MAX_FILE_BYTES + 1])), "larger than");
        refused(Archive.zip(Map.of("details/1", new byte[EvidenceZip.MAX_DETAIL_BYTES + 1])), "larger than");
        refused(new byte[EvidenceZip.MAX_TOTAL_BYTES + 1], "larger than 64 MiB");
    }

    @Test
    void aWrongChecksumIsRefused() {
        byte[] zip = stored("a", "hello");
        zip[lastIndexOf(zip, "hello")] = 'j';
        refused(zip, "checksum");
    }

    @Test
    void manyEntriesAreReadAsLongAsTheirBytesAreFew() throws EvidenceRefusedException {
        Map<String, byte[]> many = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            many.put("details/" + i, new byte[0]);
        }
        assertThat(EvidenceZip.read(Archive.zip(many)).files()).hasSize(20_000);
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

    private static byte[] stored(String name, String content) {
        return Archive.zip(ordered(name, content));
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
