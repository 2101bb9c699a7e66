package dev.sallyport.skills.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.skills.SampleManifest;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Packages: their one encoding, their files, their signature. */
class SkillPackageTest {
    @Test
    void aPackageIsReadAsItWasWrittenByUsAndByAnyReaderOfZip() throws Exception {
        KeyPair keys = SamplePackage.keys();
        SkillPackage made = SamplePackage.signed(SkillPackage.of(SamplePackage.files()), keys);

        byte[] archive = made.encode();
        SkillPackage read = SkillPackage.read(archive);

        assertThat(read.encode()).isEqualTo(archive);
        assertThat(read.digest()).isEqualTo(made.digest());
        assertThat(read.manifest()).isEqualTo(made.manifest());
        assertThat(read.signer()).contains(PublisherKey.of(keys.getPublic()));
        Map<String, byte[]> unzipped = unzip(archive);
        assertThat(unzipped.keySet())
                .containsExactly(
                        "module.wasm",
                        "schemas/fetch.in.json",
                        "schemas/fetch.out.json",
                        "signature.json",
                        "skill.toml");
        SamplePackage.files()
                .forEach((name, bytes) -> assertThat(unzipped.get(name)).isEqualTo(bytes));
    }

    @Test
    void theSameFilesAreTheSamePackage() throws Exception {
        SkillPackage one = SkillPackage.of(SamplePackage.files());
        SkillPackage other = SkillPackage.of(new TreeMap<>(SamplePackage.files()).descendingMap());

        assertThat(one.encode()).isEqualTo(other.encode());
        assertThat(one.digest()).isEqualTo(other.digest());
        assertThat(SamplePackage.signed(one, SamplePackage.keys()).digest()).isEqualTo(one.digest());
        assertThat(SamplePackage.with("1.2.0", "1.2.1").digest()).isNotEqualTo(one.digest());
    }

    @Test
    void whatIsSignedIsWrittenDownOnceAndForAll() throws Exception {
        KeyPair keys = SamplePackage.keys();
        SkillPackage signed = SamplePackage.signed(SkillPackage.of(SamplePackage.files()), keys);
        String json = new String(unzip(signed.encode()).get("signature.json"), UTF_8);
        String hex = json.replaceAll(".*\"signature\":\"([0-9a-f]+)\".*", "$1");

        // Put together here by other means: the JDK's signature, a stream of bytes.
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(content);
        out.writeInt(26);
        out.writeBytes("sallyport skill package v1");
        out.writeInt(4);
        for (Map.Entry<String, byte[]> file : new TreeMap<>(SamplePackage.files()).entrySet()) {
            out.writeInt(file.getKey().length());
            out.writeBytes(file.getKey());
            out.write(MessageDigest.getInstance("SHA-256").digest(file.getValue()));
        }
        Signature jdk = Signature.getInstance("Ed25519");
        jdk.initVerify(PublisherKey.of(keys.getPublic()).toPublicKey());
        jdk.update(content.toByteArray());
        assertThat(jdk.verify(HexFormat.of().parseHex(hex))).isTrue();
    }

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("no manifest", "skill.toml", null, Refusal.CONTENT),
                Arguments.of("no module", "module.wasm", null, Refusal.CONTENT),
                Arguments.of("no schema", "schemas/fetch.out.json", null, Refusal.CONTENT),
                Arguments.of("another module", "module.wasm", "x", Refusal.CONTENT),
                Arguments.of("a file that nothing names", "readme.txt", "x", Refusal.CONTENT),
                Arguments.of("a schema that nothing names", "schemas/other.json", "{}", Refusal.CONTENT),
                Arguments.of("a signature that was not made", "signature.json", "{}", Refusal.CONTENT),
                Arguments.of("a schema that is none", "schemas/fetch.in.json", "[]", Refusal.SCHEMA),
                Arguments.of("a manifest that is none", "skill.toml", "x", Refusal.MANIFEST),
                Arguments.of("a name that leads out", "../skill.toml", "x", Refusal.CONTENT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void otherFilesAreRefused(String name, String file, String content, Refusal refusal) throws Exception {
        Map<String, byte[]> files = SamplePackage.files();
        assertThat(SkillPackage.of(files).fileNames()).hasSize(4);
        if (content == null) {
            files.remove(file);
        } else {
            files.put(file, content.getBytes(UTF_8));
        }

        assertRefused(refusal, () -> SkillPackage.of(files));
    }

    @Test
    void billsOfMaterialAndProvenanceAreTakenAlongAndSigned() throws Exception {
        Map<String, byte[]> files = SamplePackage.files();
        files.put("sbom.cdx.json", "{}".getBytes(UTF_8));
        SkillPackage with = SkillPackage.of(files);

        assertThat(with.fileNames()).contains("sbom.cdx.json");
        assertThat(with.digest())
                .isNotEqualTo(SkillPackage.of(SamplePackage.files()).digest());
    }

    @Test
    void aModuleThatBreaksARuleIsRefusedWithTheRule() throws Exception {
        Map<String, byte[]> files = SamplePackage.files();
        byte[] noModule = {1, 2, 3};
        files.put("module.wasm", noModule);
        files.put("skill.toml", SampleManifest.of(noModule).getBytes(UTF_8));

        assertThatExceptionOfType(SkillRefusedException.class)
                .isThrownBy(() -> SkillPackage.of(files))
                .withMessage("module.wasm breaks the rules for modules:\n"
                        + "- WELL_FORMED: it is no WebAssembly module of version 1")
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.MODULE));
    }

    @Test
    void everyChangeOfAByteIsFound() throws Exception {
        byte[] archive = SamplePackage.signed(SkillPackage.of(SamplePackage.files()), SamplePackage.keys())
                .encode();

        for (int at = 0; at < archive.length; at++) {
            byte[] changed = archive.clone();
            changed[at] ^= 1;
            assertThatExceptionOfType(SkillRefusedException.class)
                    .as("byte " + at)
                    .isThrownBy(() -> SkillPackage.read(changed));
        }
    }

    @Test
    void aFileOfAnotherPackageDoesNotFitItsSignature() throws Exception {
        KeyPair keys = SamplePackage.keys();
        byte[] one = SamplePackage.signed(SkillPackage.of(SamplePackage.files()), keys)
                .encode();
        SkillPackage other = SamplePackage.with("wall_ms = 2000", "wall_ms = 2001");

        Map<String, byte[]> mixed = new TreeMap<>(unzip(other.encode()));
        mixed.put("signature.json", unzip(one).get("signature.json"));

        assertRefused(Refusal.SIGNATURE, () -> SkillPackage.read(SkillArchive.write(sorted(mixed))));
    }

    @Test
    void aSignatureHasOneForm() throws Exception {
        Map<String, byte[]> files =
                unzip(SamplePackage.signed(SkillPackage.of(SamplePackage.files()), SamplePackage.keys())
                        .encode());
        String json = new String(files.get("signature.json"), UTF_8);

        for (String changed : new String[] {
            "",
            "{}",
            json + " ",
            json.replace("\"v\":1", "\"v\":2"),
            json.replace("\"v\":1", "\"v\":\"1\""),
            json.replace("\"v\":1", "\"v\":1,\"w\":1"),
            json.replace(",\"v\":1", ""),
            json.toUpperCase(Locale.ROOT),
            json.replaceFirst("\"key\":\"..", "\"key\":\""),
            json.replace("\"signature\":\"", "\"signature\":\"00")
        }) {
            Map<String, byte[]> other = new TreeMap<>(files);
            other.put("signature.json", changed.getBytes(UTF_8));
            assertRefused(Refusal.SIGNATURE, () -> SkillPackage.read(SkillArchive.write(sorted(other))));
        }
        assertThat(SkillPackage.read(SkillArchive.write(sorted(files))).signer())
                .isPresent();
    }

    @Test
    void onlyAnEd25519KeySigns() throws Exception {
        SkillPackage skill = SkillPackage.of(SamplePackage.files());
        KeyPair keys = SamplePackage.keys();
        KeyPair p256 = KeyPairGenerator.getInstance("EC").generateKeyPair();

        assertThatExceptionOfType(GeneralSecurityException.class).isThrownBy(() -> skill.signed(p256.getPrivate()));
        assertThat(skill.signed(keys.getPrivate()).signer()).contains(PublisherKey.of(keys.getPublic()));
    }

    @Test
    void archivesThatOthersWriteAreRefused() throws Exception {
        assertRefused(Refusal.ARCHIVE, () -> SkillPackage.read(zip(SamplePackage.files(), ZipEntry.DEFLATED)));
        assertRefused(Refusal.ARCHIVE, () -> SkillPackage.read(zip(SamplePackage.files(), ZipEntry.STORED)));
        byte[] ours = SkillPackage.of(SamplePackage.files()).encode();
        assertRefused(Refusal.ARCHIVE, () -> SkillPackage.read(Arrays.copyOf(ours, ours.length + 1)));
        assertRefused(Refusal.ARCHIVE, () -> SkillPackage.read(Arrays.copyOf(ours, ours.length - 1)));
        assertRefused(Refusal.ARCHIVE, () -> SkillPackage.read(Arrays.copyOfRange(ours, 1, ours.length)));
        assertRefused(Refusal.ARCHIVE, () -> SkillPackage.read(new byte[0]));
        assertThat(SkillPackage.read(ours).fileNames()).hasSize(4);
    }

    @Test
    void anArchiveBeyondItsLimitsIsNeitherWrittenNorRead() throws Exception {
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i <= SkillArchive.MAX_FILES; i++) {
            files.put("f" + i, new byte[0]);
        }
        assertRefused(Refusal.ARCHIVE, () -> SkillArchive.write(sorted(files)));
        files.remove("f0");
        assertThat(SkillArchive.read(SkillArchive.write(sorted(files)))).hasSize(SkillArchive.MAX_FILES);

        assertRefused(
                Refusal.ARCHIVE,
                () -> SkillArchive.write(sorted(Map.of("f", new byte[SkillArchive.MAX_FILE_BYTES + 1]))));
        assertRefused(Refusal.ARCHIVE, () -> SkillArchive.read(new byte[SkillArchive.MAX_BYTES + 1]));
    }

    @FuzzTest
    void whatIsReadIsWrittenInTheSameBytesAndAnotherReaderSeesTheSameFiles() throws Exception {
        SkillPackage bare = SkillPackage.of(SamplePackage.files());
        SkillPackage signed = SamplePackage.signed(bare, SamplePackage.keys());
        Fuzz.target("skill-package")
                .samples(bare.encode(), signed.encode())
                .words(
                        "PK\u0003\u0004",
                        "PK\u0001\u0002",
                        "skill.toml",
                        "module.wasm",
                        "signature.json",
                        "../",
                        "schemas/")
                .refusing(SkillRefusedException.class)
                .rounds(4_000)
                .longest(256 * 1024)
                .run(input -> {
                    SkillPackage read = SkillPackage.read(input);
                    assertThat(read.encode()).isEqualTo(input);
                    assertThat(unzip(input)).containsKeys(read.fileNames().toArray(String[]::new));
                });
    }

    private static SortedMap<String, byte[]> sorted(Map<String, byte[]> files) {
        SortedMap<String, byte[]> sorted = SkillArchive.files();
        sorted.putAll(files);
        return Collections.unmodifiableSortedMap(sorted);
    }

    private static Map<String, byte[]> unzip(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    private static byte[] zip(Map<String, byte[]> files, int method) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.setMethod(method);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                CRC32 checksum = new CRC32();
                checksum.update(file.getValue());
                entry.setSize(file.getValue().length);
                entry.setCrc(checksum.getValue());
                out.putNextEntry(entry);
                out.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private interface Attempt {
        Object make() throws Exception;
    }

    private static void assertRefused(Refusal refusal, Attempt attempt) {
        assertThatExceptionOfType(SkillRefusedException.class)
                .isThrownBy(attempt::make)
                .satisfies(e -> assertThat(e.refusal()).as(e.getMessage()).isEqualTo(refusal));
    }
}
