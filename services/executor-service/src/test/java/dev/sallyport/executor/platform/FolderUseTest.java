package dev.sallyport.executor.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.platform.FolderUse.Bounds;
import dev.sallyport.executor.platform.FolderUse.Excess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counting and removing what a hostile program leaves. Some of it no path reaches: it is made step by step. */
class FolderUseTest {
    private static final Bounds BOUNDS = new Bounds(1 << 20, 1000, 64);

    private final Platform platform = Platform.current();
    private Path base;

    @BeforeEach
    void open() throws IOException {
        base = TestFolder.named("use");
    }

    @Test
    void everythingCountsOnce() throws Exception {
        Path folder = Files.createDirectory(base.resolve("all"));
        Files.write(folder.resolve("f"), new byte[10_000]);
        Files.createSymbolicLink(folder.resolve("l"), Path.of("/usr"));
        Files.createDirectory(folder.resolve("d"));
        Files.write(folder.resolve("d/f"), new byte[10_000]);

        FolderUse use = use(folder, BOUNDS);

        assertThat(use.excess()).isNull();
        assertThat(use.entries()).isEqualTo(4);
        assertThat(use.bytes()).isBetween(20_000L, 60_000L);
        assertThat(use(folder, new Bounds(15_000, 1000, 64)).excess()).isEqualTo(Excess.BYTES);
        assertThat(use(folder, new Bounds(1 << 20, 3, 64)).excess()).isEqualTo(Excess.ENTRIES);
        assertThat(use(folder, new Bounds(1 << 20, 4, 1)).excess()).isNull();
        assertThat(use(folder, new Bounds(1 << 20, 4, 0)).excess()).isEqualTo(Excess.DEPTH);
    }

    @Test
    void fileWithHolesCountsItsLength() throws Exception {
        Path folder = Files.createDirectory(base.resolve("holes"));
        try (var file = new java.io.RandomAccessFile(folder.resolve("f").toFile(), "rw")) {
            file.setLength(Long.MAX_VALUE >> 20);
        }

        assertThat(use(folder, BOUNDS).excess()).isEqualTo(Excess.BYTES);
    }

    @Test
    void deepTreeIsNeitherFollowedNorInTheWay() throws Exception {
        Path folder = Files.createDirectory(base.resolve("deep"));
        nest(folder, 4_000);
        long before = descriptors();

        assertThat(use(folder, BOUNDS).excess()).isEqualTo(Excess.DEPTH);
        assertThat(descriptors()).isLessThanOrEqualTo(before + 10);

        platform.remove(base, EntryName.of("deep"));
        assertThat(folder).doesNotExist();
    }

    @Test
    void folderThatNobodyMayListCountsAsTooMuchAndIsRemoved() throws Exception {
        Path folder = Files.createDirectory(base.resolve("hidden"));
        Path locked = Files.createDirectories(folder.resolve("a/locked"));
        Files.write(Files.createDirectory(locked.resolve("d")).resolve("f"), new byte[10]);
        Files.setAttribute(locked.resolve("d"), "unix:mode", 0300);
        OtherUser.give(folder);

        OtherUser.as(() -> {
            for (int mode : new int[] {0300, 0100, 0000, 0400}) {
                Files.setAttribute(locked, "unix:mode", mode);
                assertThat(use(folder, BOUNDS).excess()).as("mode %o", mode).isEqualTo(Excess.HIDDEN);
            }
            return null;
        });
        Files.setAttribute(locked, "unix:mode", 0);
        OtherUser.as(() -> {
            platform.remove(folder, EntryName.of("a"));
            return null;
        });

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void removingFollowsNoLink() throws Exception {
        Path outside = Files.createDirectory(base.resolve("outside"));
        Files.createFile(outside.resolve("kept"));
        Path folder = Files.createDirectories(base.resolve("links/d"));
        Files.createSymbolicLink(folder.resolve("l"), outside);
        Files.createSymbolicLink(base.resolve("links/l"), outside);
        Files.createDirectories(base.resolve("links/moved-0/x/y"));

        platform.remove(base, EntryName.of("links"));

        assertThat(base.resolve("links")).doesNotExist();
        assertThat(outside.resolve("kept")).exists();
        assertThat((int) Files.getAttribute(outside, "unix:mode") & 0777).isNotEqualTo(0700);
    }

    private FolderUse use(Path folder, Bounds bounds) throws IOException {
        try (OpenFolder open = platform.open(folder)) {
            return FolderUse.of(open, bounds);
        }
    }

    /** Folders in one another, deeper than any path reaches. */
    private static void nest(Path folder, int levels) throws Exception {
        Process perl = new ProcessBuilder(
                        "/usr/bin/perl", "-e", "for (1..$ARGV[0]) { mkdir 'd' or die; chdir 'd' or die }", "" + levels)
                .directory(folder.toFile())
                .inheritIO()
                .start();
        assertThat(perl.waitFor()).isZero();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
