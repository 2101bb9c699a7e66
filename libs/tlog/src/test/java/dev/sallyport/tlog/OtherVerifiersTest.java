package dev.sallyport.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.LogPath.TileId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we write is verified by programs that share no code with it: Go's sumdb packages and openssl. */
class OtherVerifiersTest {
    private static final int OLDER = 503;
    private static final int SIZE = 1_000;
    private static final NoteSigner LOG = NoteSigner.ofSeed("example.org/ledger", SignedNoteTest.seed(1));
    private static final StoredTiles TILES = StoredTiles.of(NaiveTree.leaves(SIZE));

    @TempDir
    private static Path programs;

    @TempDir
    private Path log;

    private static Path verifier;

    @BeforeAll
    static void buildTheGoVerifier() throws Exception {
        Path go = Path.of("/usr/lib/go-1.19/bin/go");
        assertThat(go)
                .as("Go and its sumdb packages: apt-get install golang-1.19-go golang-golang-x-mod-dev")
                .exists();
        verifier = programs.resolve("verify");
        ProcessBuilder build = new ProcessBuilder(
                go.toString(),
                "build",
                "-o",
                verifier.toString(),
                Path.of("src/test/go/verify.go").toString());
        build.environment().put("GO111MODULE", "off");
        build.environment().put("GOPATH", "/usr/share/gocode");
        build.environment().put("GOFLAGS", "");
        build.environment()
                .put("GOCACHE", Path.of("target/go-cache").toAbsolutePath().toString());
        Run run = run(build);
        assertThat(run.exit()).as(run.output()).isZero();
    }

    @BeforeEach
    void writeTheLog() throws IOException {
        write("vkey", LOG.verifier().toString().getBytes(UTF_8));
        write("checkpoint.old", checkpoint(OLDER));
        write("checkpoint", checkpoint(SIZE));
        StringBuilder consistency = new StringBuilder();
        new TiledTree(SIZE, TILES)
                .consistency(OLDER)
                .forEach(hash -> consistency.append(hash.base64()).append('\n'));
        write("consistency", consistency.toString().getBytes(UTF_8));
        for (long index : new long[] {0, 1, 255, 256, 767, 998, 999}) {
            TlogProof proof = new TlogProof(index, new TiledTree(SIZE, TILES).inclusion(index), checkpoint(SIZE));
            write("proofs/" + index, proof.encode());
        }
        for (int level = 0; level < 2; level++) {
            long count = SIZE >> (8 * level);
            for (long index = 0; index * 256 < count; index++) {
                TileId id = TileId.inTree(level, index, SIZE);
                write(id.path(), TILES.read(id));
            }
        }
        for (long index = 0; index * 256 < SIZE; index++) {
            BundleId id = BundleId.inTree(index, SIZE);
            List<byte[]> entries = new ArrayList<>();
            for (int i = 0; i < id.width(); i++) {
                entries.add(NaiveTree.entry(index * 256 + i));
            }
            write(id.path(), EntryBundle.encode(entries));
        }
    }

    @Test
    void goVerifiesCheckpointsConsistencyTilesEntriesAndProofs() throws Exception {
        Run run = run(new ProcessBuilder(verifier.toString(), log.toString()));

        assertThat(run.output()).isEqualTo("verified 1000\n");
        assertThat(run.exit()).isZero();
    }

    @Test
    void goRefusesEachFileOnceItIsChanged() throws Exception {
        for (String name : List.of(
                "checkpoint.old",
                "checkpoint",
                "consistency",
                "proofs/767",
                "tile/0/001",
                "tile/0/003.p/232",
                "tile/1/000.p/3",
                "tile/entries/002",
                "tile/entries/003.p/232")) {
            byte[] original = Files.readAllBytes(log.resolve(name));
            byte[] changed = original.clone();
            changed[changed.length / 2] ^= 4;
            write(name, changed);

            assertThat(run(new ProcessBuilder(verifier.toString(), log.toString()))
                            .exit())
                    .as(name)
                    .isNotZero();
            write(name, original);
        }
        assertThat(run(new ProcessBuilder(verifier.toString(), log.toString())).exit())
                .isZero();
    }

    @Test
    void opensslVerifiesTheSignatureOfACheckpoint() throws Exception {
        String note = new String(checkpoint(SIZE), UTF_8);
        String text = note.substring(0, note.lastIndexOf("\n\n") + 1);
        byte[] tagged = Base64.getDecoder()
                .decode(note.substring(note.lastIndexOf(' ') + 1).strip());
        write("text", text.getBytes(UTF_8));
        write("signature", Arrays.copyOfRange(tagged, 4, tagged.length));
        byte[] spkiHeader = HexFormat.of().parseHex("302a300506032b6570032100");
        byte[] spki = Arrays.copyOf(spkiHeader, spkiHeader.length + 32);
        System.arraycopy(LOG.verifier().publicKey(), 0, spki, spkiHeader.length, 32);
        String pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(spki)
                + "\n-----END PUBLIC KEY-----\n";
        write("key.pem", pem.getBytes(UTF_8));

        assertThat(openssl("text").output()).contains("Signature Verified Successfully");
        write("text", text.replace("1000", "1001").getBytes(UTF_8));
        assertThat(openssl("text").exit()).isNotZero();
    }

    private Run openssl(String text) throws Exception {
        return run(new ProcessBuilder(
                "openssl",
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                log.resolve("key.pem").toString(),
                "-rawin",
                "-in",
                log.resolve(text).toString(),
                "-sigfile",
                log.resolve("signature").toString()));
    }

    private static byte[] checkpoint(long size) {
        return new Checkpoint("example.org/ledger", size, new TiledTree(size, TILES).root()).sign(LOG);
    }

    private void write(String name, byte[] content) throws IOException {
        Path file = log.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private record Run(int exit, String output) {}

    private static Run run(ProcessBuilder builder) throws Exception {
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), output);
    }
}
