package dev.sallyport.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class TlogProofTest {
    private static final NoteSigner LOG = NoteSigner.ofSeed("example.org/ledger", SignedNoteTest.seed(1));
    private static final List<VerifierKey> KEYS = List.of(LOG.verifier());
    private static final StoredTiles TILES = StoredTiles.of(NaiveTree.leaves(300));

    private static TlogProof proof(long index, long size) {
        TiledTree tree = new TiledTree(size, TILES);
        return new TlogProof(
                index, tree.inclusion(index), new Checkpoint("example.org/ledger", size, tree.root()).sign(LOG));
    }

    @Test
    void aProofReadsBackAndProvesItsEntryOnly() {
        for (long size : new long[] {1, 2, 3, 255, 256, 257, 300}) {
            byte[] file = proof(size - 1, size).encode();
            TlogProof read = TlogProof.parse(file);

            assertThat(read.encode()).isEqualTo(file);
            assertThat(read.index()).isEqualTo(size - 1);
            assertThat(read.verify(NaiveTree.entry(size - 1), KEYS).size()).isEqualTo(size);
            assertThatThrownBy(() -> read.verify(NaiveTree.entry(size), KEYS))
                    .isInstanceOf(TlogException.InclusionRefused.class);
            assertThatThrownBy(() -> read.verify(NaiveTree.entry(size - 1), List.of()))
                    .isInstanceOf(TlogException.UnknownSigner.class);
        }
    }

    @Test
    void theFormIsTheSpecifications() {
        assertThat(new String(proof(2, 3).encode(), UTF_8)).matches("""
                        c2sp\\.org/tlog-proof@v1
                        index 2
                        [A-Za-z0-9+/]{43}=

                        example\\.org/ledger
                        3
                        [A-Za-z0-9+/]{43}=

                        \u2014 example\\.org/ledger [A-Za-z0-9+/=]+
                        """);
        assertThat(new String(proof(0, 1).encode(), UTF_8)).startsWith("c2sp.org/tlog-proof@v1\nindex 0\n\nexample");
    }

    @Test
    void extraDataIsReadOver() {
        String file = new String(proof(2, 3).encode(), UTF_8).replace("index 2", "extra aGVsbG8=\nindex 2");

        assertThat(TlogProof.parse(file.getBytes(UTF_8))
                        .verify(NaiveTree.entry(2), KEYS)
                        .size())
                .isEqualTo(3);
        byte[] bad = file.replace("aGVsbG8=", "aGVsbG8").getBytes(UTF_8);
        assertThatThrownBy(() -> TlogProof.parse(bad)).isInstanceOf(TlogException.MalformedProof.class);
    }

    @Test
    void mangledProofsProveNothing() {
        Mangler mangler = new Mangler(23);
        byte[] file = proof(123, 300).encode();
        byte[] entry = NaiveTree.entry(123);
        String checkpoint = new String(TlogProof.parse(file).checkpoint(), UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] mangled = mangler.mangle(file);
            String text = new String(mangled, UTF_8);
            try {
                TlogProof.parse(mangled).verify(entry, KEYS);
            } catch (TlogException _) {
                continue;
            }
            // What may still hold: the whole proof again, with extra data or further signatures that count for nothing.
            assertThat(text)
                    .as("%s, round %d: %s", mangler, round, Base64.getEncoder().encodeToString(mangled))
                    .contains("index 123\n")
                    .contains(checkpoint);
        }
    }

    @Test
    void aProofOfMoreHashesThanATreeCanHaveIsRefused() {
        String line = Rfc6962.emptyRoot().base64() + "\n";
        byte[] file = ("c2sp.org/tlog-proof@v1\nindex 0\n" + line.repeat(64) + "\nx\n").getBytes(UTF_8);
        assertThatThrownBy(() -> TlogProof.parse(file)).isInstanceOf(TlogException.MalformedProof.class);
    }
}
