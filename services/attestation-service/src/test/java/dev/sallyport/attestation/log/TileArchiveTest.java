package dev.sallyport.attestation.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.tlog.LogPath;
import dev.sallyport.tlog.LogPath.BundleId;
import java.io.IOException;
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

    /** Until the checkpoint over the wider version is on disk, the narrower one is what a restart finds. */
    @Test
    void narrowerVersionsGoWithTheCheckpointOverTheWiderOnes() throws IOException {
        TileArchive archive = new TileArchive(folder);
        LogPath three = BundleId.inTree(0, 3);
        LogPath five = BundleId.inTree(0, 5);
        LogPath full = BundleId.inTree(0, 256);
        archive.store(three, new byte[] {3});
        archive.remember(new byte[] {'3'});
        archive.store(five, new byte[] {5});
        assertThat(archive.read(three)).isPresent();
        archive.remember(new byte[] {'5'});
        assertThat(archive.read(three)).isEmpty();
        assertThat(archive.read(five)).hasValue(new byte[] {5});
        archive.store(full, new byte[] {1});
        assertThat(archive.read(five)).isPresent();
        archive.remember(new byte[] {'f'});
        assertThat(archive.read(five)).isEmpty();
        assertThat(archive.read(full)).hasValue(new byte[] {1});
        assertThat(archive.checkpoint()).hasValue(new byte[] {'f'});
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(List.of("000", "checkpoint"));
        }
    }

    @Test
    void aVersionThatIsStoredAgainStays() {
        TileArchive archive = new TileArchive(folder);
        archive.store(BundleId.inTree(0, 3), new byte[] {3});
        archive.store(BundleId.inTree(0, 5), new byte[] {5});
        archive.store(BundleId.inTree(0, 3), new byte[] {3});
        archive.remember(new byte[] {'3'});
        assertThat(archive.read(BundleId.inTree(0, 3))).isPresent();
    }
}
