package dev.sallyport.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A whole log, read from a server that may lie. */
class FsckTest {
    private static final String ORIGIN = "example.org/ledger";
    private static final NoteSigner SIGNER = NoteSigner.ofSeed(ORIGIN, SignedNoteTest.seed(1));

    @Test
    void logsOfManySizesAreSound() {
        for (int size : new int[] {0, 1, 2, 255, 256, 257, 700}) {
            Map<String, byte[]> log = log(size);
            Fsck.Result result = fsck(log);
            assertThat(result.checkpoint().size()).isEqualTo(size);
            assertThat(result.checkpoint().origin()).isEqualTo(ORIGIN);
            assertThat(result.bytesRead())
                    .isEqualTo(log.values().stream()
                            .mapToLong(bytes -> bytes.length)
                            .sum());
        }
    }

    @Test
    void anAlteredEntryIsFound() {
        Map<String, byte[]> log = log(300);
        of(log, "tile/entries/000")[3] ^= 1;
        assertUnsound(log, "tile/0/000");
    }

    @Test
    void anAlteredHashTileIsFound() {
        Map<String, byte[]> log = log(300);
        of(log, "tile/0/001.p/44")[0] ^= 1;
        assertUnsound(log, "tile/0/001.p/44");
    }

    @Test
    void anAlteredPartialTileOfAHigherLevelIsFound() {
        Map<String, byte[]> log = log(700);
        of(log, "tile/1/000.p/2")[0] ^= 1;
        assertUnsound(log, "tile/1/000.p/2");
    }

    @Test
    void anEntryAndItsTileAlteredTogetherAreFound() {
        Map<String, byte[]> forged = log(300, 7);
        forged.put("checkpoint", of(log(300), "checkpoint"));
        assertUnsound(forged, "do not lead to the checkpoint's root");
    }

    @Test
    void aCheckpointOfAnotherKeyIsFound() {
        Map<String, byte[]> log = log(3);
        NoteSigner other = NoteSigner.ofSeed("other.example/log", SignedNoteTest.seed(2));
        log.put("checkpoint", new Checkpoint("other.example/log", 3, Rfc6962.emptyRoot()).sign(other));
        assertUnsound(log, "");
    }

    @Test
    void aCheckpointOfAnotherLogIsFoundAlthoughItsKeyIsTrusted() {
        NoteSigner other = NoteSigner.ofSeed("other.example/log", SignedNoteTest.seed(2));
        Map<String, byte[]> log = log(3);
        log.put("checkpoint", new Checkpoint("other.example/log", 3, Rfc6962.emptyRoot()).sign(other));
        List<VerifierKey> both = List.of(SIGNER.verifier(), other.verifier());
        assertThatThrownBy(() -> new Fsck(path -> of(log, path), both, ORIGIN).run((leaves, all) -> {}))
                .isInstanceOf(TlogException.class)
                .hasMessageContaining("another log");
    }

    @Test
    void aBundleWithTooFewEntriesIsFound() {
        Map<String, byte[]> log = log(5);
        log.put("tile/entries/000.p/5", of(log(4), "tile/entries/000.p/4"));
        assertUnsound(log, "");
    }

    private static void assertUnsound(Map<String, byte[]> log, String why) {
        assertThatThrownBy(() -> fsck(log)).isInstanceOf(TlogException.class).hasMessageContaining(why);
    }

    private static Fsck.Result fsck(Map<String, byte[]> log) {
        return new Fsck(path -> of(log, path), List.of(SIGNER.verifier()), ORIGIN).run((leaves, all) -> {});
    }

    private static Map<String, byte[]> log(int size) {
        return log(size, -1);
    }

    /** What a log serves; one entry differs from the usual one. */
    private static Map<String, byte[]> log(int size, int altered) {
        Map<String, byte[]> served = new HashMap<>();
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add(("entry " + i + (i == altered ? " forged" : "")).getBytes(StandardCharsets.UTF_8));
        }
        for (int from = 0; from < size; from += LogPath.FULL) {
            LogPath.BundleId id = LogPath.BundleId.inTree(from / LogPath.FULL, size);
            served.put(id.path(), EntryBundle.encode(entries.subList(from, from + id.width())));
        }
        RightEdge.Growth growth =
                RightEdge.empty().append(entries.stream().map(Rfc6962::leaf).toList());
        for (Tile tile : growth.tiles()) {
            served.put(tile.id().path(), tile.hashes());
        }
        served.put("checkpoint", new Checkpoint(ORIGIN, size, growth.edge().root()).sign(SIGNER));
        return served;
    }

    private static byte[] of(Map<String, byte[]> log, String path) {
        return Objects.requireNonNull(log.get(path), path);
    }
}
