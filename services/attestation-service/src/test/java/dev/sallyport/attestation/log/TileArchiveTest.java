package dev.sallyport.attestation.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tlog.EntryBundle;
import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.LogPath.BundleId;
import dev.sallyport.tlog.LogPath.TileId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileArchiveTest {
    @TempDir
    Path folder;

    @Test
    void whatACrashLeftIsRemovedAndWhatAnotherReplicaWritesStays() throws IOException {
        Path entries = Files.createDirectories(folder.resolve("tile/entries"));
        Path left = Files.createFile(entries.resolve(".new123.tmp"));
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path written = Files.createFile(entries.resolve(".new456.tmp"));
        Path bundle = Files.createFile(entries.resolve("000"));
        Files.setLastModifiedTime(bundle, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        assertThat(new TileArchive(folder).read(LogPath.parse("tile/entries/000")))
                .isPresent();
        assertThat(left).doesNotExist();
        assertThat(written).exists();
    }

    @Test
    void aPartialBundleGrowsAndGoesWithTheCheckpointOverTheFullOne() throws IOException {
        TileArchive archive = new TileArchive(folder);
        assertThat(archive.grow(BundleId.inTree(0, 2), 0, bundle("a", "bb"))).isTrue();
        archive.remember(new byte[] {'2'});
        assertThat(archive.grow(BundleId.inTree(0, 3), 2, bundle("ccc"))).isTrue();
        assertThat(archive.read(BundleId.inTree(0, 3))).hasValue(bundle("a", "bb", "ccc"));
        assertThat(archive.read(BundleId.inTree(0, 2))).hasValue(bundle("a", "bb"));
        assertThat(archive.read(BundleId.inTree(0, 4))).isEmpty();
        archive.store(BundleId.inTree(0, 256), new byte[] {1});
        assertThat(archive.read(BundleId.inTree(0, 3))).isPresent();
        archive.remember(new byte[] {'f'});
        assertThat(archive.read(BundleId.inTree(0, 3))).isEmpty();
        assertThat(archive.read(BundleId.inTree(0, 256))).hasValue(new byte[] {1});
        assertThat(archive.checkpoint()).hasValue(new byte[] {'f'});
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(List.of("000", "checkpoint"));
        }
    }

    /** Nobody has signed what comes after the last checkpoint: it may have been written before a crash. */
    @Test
    void whatWasNotSignedIsWrittenOver() {
        TileArchive archive = new TileArchive(folder);
        archive.grow(BundleId.inTree(0, 1), 0, bundle("signed"));
        archive.grow(BundleId.inTree(0, 3), 1, bundle("never", "signed"));
        assertThat(archive.grow(BundleId.inTree(0, 2), 1, bundle("x"))).isTrue();
        assertThat(archive.read(BundleId.inTree(0, 2))).hasValue(bundle("signed", "x"));
        assertThat(archive.read(BundleId.inTree(0, 3))).isEmpty();
    }

    @Test
    void whatIsNotHereInTheWidthBeforeMustBeginAnew() {
        TileArchive archive = new TileArchive(folder);
        assertThat(archive.grow(BundleId.inTree(0, 3), 2, bundle("c"))).isFalse();
        assertThat(archive.grow(TileId.inTree(0, 0, 3), 2, new byte[32])).isFalse();
        assertThat(archive.addSigners(0, 2, new byte[32])).isFalse();
        assertThat(archive.grow(BundleId.inTree(0, 3), 0, bundle("a", "b", "c")))
                .isTrue();
        assertThat(archive.grow(TileId.inTree(0, 0, 3), 0, new byte[96])).isTrue();
        assertThat(archive.addSigners(0, 0, new byte[96])).isTrue();
        assertThat(archive.read(TileId.inTree(0, 0, 2))).hasValue(new byte[64]);
        assertThat(archive.grow(TileId.inTree(0, 0, 4), 3, new byte[32])).isTrue();
        assertThat(archive.read(TileId.inTree(0, 0, 4))).hasValue(new byte[128]);
    }

    /** Earlier versions of this program wrote a file for each width. */
    @Test
    void wholeFilesOfPartialBundlesAreReadAndGoWithTheNextCheckpoint() throws IOException {
        Path versions = Files.createDirectories(folder.resolve("tile/entries/000.p"));
        Files.write(versions.resolve("2"), bundle("a", "b"));
        TileArchive archive = new TileArchive(folder);
        assertThat(archive.read(BundleId.inTree(0, 2))).hasValue(bundle("a", "b"));
        assertThat(archive.grow(BundleId.inTree(0, 3), 2, bundle("c"))).isFalse();
        assertThat(archive.grow(BundleId.inTree(0, 3), 0, bundle("a", "b", "c")))
                .isTrue();
        archive.remember(new byte[] {'3'});
        assertThat(versions).doesNotExist();
        assertThat(archive.read(BundleId.inTree(0, 2))).hasValue(bundle("a", "b"));
    }

    private static byte[] bundle(String... entries) {
        return EntryBundle.encode(Stream.of(entries)
                .map(entry -> entry.getBytes(StandardCharsets.UTF_8))
                .toList());
    }
}
