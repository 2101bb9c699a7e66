package dev.sallyport.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Hostile bytes in the place of each part of a log. */
class TlogFuzzTest {
    private static final NoteSigner LOG = NoteSigner.ofSeed("example.org/ledger", SignedNoteTest.seed(1));
    private static final List<VerifierKey> KEYS = List.of(LOG.verifier());
    private static final int SIZE = 300;
    private static final StoredTiles TILES = StoredTiles.of(NaiveTree.leaves(SIZE));
    private static final TiledTree TREE = new TiledTree(SIZE, TILES);
    private static final Checkpoint CHECKPOINT = new Checkpoint("example.org/ledger", SIZE, TREE.root());

    @FuzzTest
    void aNoteIsOpenedExactlyWhenGoOpensItButForBase64WithStrayBits() throws Exception {
        byte[] note = CHECKPOINT.sign(LOG);
        byte[] other =
                NoteSigner.ofSeed("example.org/other", SignedNoteTest.seed(2)).sign(CHECKPOINT.text());
        byte[] cosignature = Arrays.copyOfRange(other, CHECKPOINT.text().getBytes(UTF_8).length + 1, other.length);
        byte[] cosigned = ByteBuffer.allocate(note.length + cosignature.length)
                .put(note)
                .put(cosignature)
                .array();
        List<byte[]> inputs = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        Fuzz.target("note")
                .samples(note, cosigned)
                .words("\u2014 example.org/ledger ", "example.org/ledger\n")
                .refusing(TlogException.class)
                .longest(16 * 1024)
                .run(input -> {
                    boolean compared = inputs.size() < 20_000;
                    if (compared) {
                        inputs.add(input);
                        ours.add("refused");
                    }
                    assertThat(SignedNote.parse(input).open(KEYS).text()).isEqualTo(CHECKPOINT.text());
                    if (compared) {
                        ours.set(ours.size() - 1, "opened");
                    }
                });
        byte[] stray = withStrayBits(note, cosignature);
        assertThatThrownBy(() -> SignedNote.parse(stray)).isInstanceOf(TlogException.MalformedNote.class);
        inputs.add(stray);
        ours.add("refused");
        List<String> gos = GoProgram.build("notes/notes.go")
                .run(
                        LOG.verifier().toString(),
                        inputs.stream().map(Base64.getEncoder()::encodeToString).toList());
        assertThat(gos).hasSameSizeAs(ours).contains("opened", "refused");
        assertThat(gos.getLast()).as("stray bits").isEqualTo("opened");
        for (int i = 0; i < gos.size(); i++) {
            assertThat(ours.get(i))
                    .as("note %s", Base64.getEncoder().encodeToString(inputs.get(i)))
                    .isEqualTo(hasStrayBits(inputs.get(i)) ? "refused" : gos.get(i));
        }
    }

    /** The cosignature's last letter but its padding is one of four or sixteen that Go reads as the same bytes. */
    private static byte[] withStrayBits(byte[] note, byte[] cosignature) {
        String line = new String(cosignature, UTF_8);
        int padding = line.indexOf('=');
        char last = line.charAt(padding - 1);
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        String stray =
                line.substring(0, padding - 1) + letters.charAt(letters.indexOf(last) + 1) + line.substring(padding);
        return (new String(note, UTF_8) + stray).getBytes(UTF_8);
    }

    /** Whether a signature's base64 is not the one spelling of its bytes. Go reads it all the same. */
    private static boolean hasStrayBits(byte[] note) {
        return new String(note, UTF_8)
                .lines()
                .filter(line -> line.startsWith(SignedNote.LINE_START))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .anyMatch(signature -> {
                    try {
                        return !Base64.getEncoder()
                                .encodeToString(Base64.getDecoder().decode(signature))
                                .equals(signature);
                    } catch (IllegalArgumentException e) {
                        return false; // No spelling at all, for either.
                    }
                });
    }

    @FuzzTest
    void aCheckpointHasOneText() {
        Fuzz.target("checkpoint")
                .samples(CHECKPOINT.text(), CHECKPOINT.text() + "more\n")
                .refusing(TlogException.class)
                .run(input -> {
                    String text = new String(input, UTF_8);
                    assertThat(Checkpoint.parse(text).text()).isEqualTo(text);
                });
    }

    @FuzzTest
    void aProofProvesItsEntryAlone() {
        byte[] entry = NaiveTree.entry(257);
        byte[] good = new TlogProof(257, TREE.inclusion(257), CHECKPOINT.sign(LOG)).encode();
        Fuzz.target("tlog-proof")
                .samples(good)
                .samples(new String(good, UTF_8).replace("index 257", "extra aGVsbG8=\nindex 257"))
                .words("index ", "extra ", "c2sp.org/tlog-proof@v1\n")
                .refusing(TlogException.class)
                .rounds(4_000)
                .run(input -> {
                    TlogProof proof = TlogProof.parse(input);
                    assertThat(proof.verify(entry, KEYS)).isEqualTo(CHECKPOINT);
                    assertThat(proof.index()).isEqualTo(257);
                    assertThat(proof.path()).isEqualTo(TREE.inclusion(257));
                    if (!new String(input, UTF_8).contains("extra ")) {
                        assertThat(proof.encode()).isEqualTo(input);
                    }
                });
    }

    @FuzzTest
    void aBundleHasOneEncoding() {
        byte[] bundle = EntryBundle.encode(List.of(new byte[0], new byte[] {1}, NaiveTree.entry(1), new byte[700]));
        Fuzz.target("entry-bundle")
                .samples(bundle)
                .refusing(TlogException.class)
                .run(input -> {
                    List<byte[]> entries = EntryBundle.decode(input, 4);
                    assertThat(EntryBundle.encode(entries)).isEqualTo(input);
                });
    }

    @FuzzTest
    void aPathHasOneSpelling() {
        Fuzz.target("log-path")
                .samples("tile/0/x001/234.p/7", "tile/entries/000", "tile/63/x999/x999/999.p/255")
                .words("tile/", "entries", "x001/", ".p/", "000", "256")
                .refusing(TlogException.class)
                .longest(2_048)
                .run(input -> {
                    String path = new String(input, UTF_8);
                    assertThat(LogPath.parse(path).path()).isEqualTo(path);
                });
    }

    @FuzzTest
    void aVkeyHasOneSpelling() {
        Fuzz.target("vkey")
                .samples(LOG.verifier().toString())
                .refusing(TlogException.class)
                .longest(4_096)
                .run(input -> {
                    String vkey = new String(input, UTF_8);
                    assertThat(VerifierKey.parse(vkey)).hasToString(vkey);
                });
    }
}
