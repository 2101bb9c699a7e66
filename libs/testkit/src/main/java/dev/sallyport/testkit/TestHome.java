package dev.sallyport.testkit;

import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.embedded.OsUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The folder of this JVM's backends; removed at its end, and at the next JVM's start if this one was killed. */
final class TestHome {
    private static final String PREFIX = "sallyport-test-";
    private static final TestHome SHARED = new TestHome();

    private final Path folder;

    private TestHome() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            removeStale(temporary);
            folder = temporary.resolve(PREFIX + ProcessHandle.current().pid());
            FolderRemoval.remove(folder);
            // PostgreSQL's user has to pass through.
            Files.createDirectory(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        } catch (IOException e) {
            throw new UncheckedIOException("The folder for the tests' backends cannot be made", e);
        }
        AtExit.close(this::remove);
    }

    static TestHome shared() {
        return SHARED;
    }

    private static void removeStale(Path temporary) throws IOException {
        int self = OsUser.current().uid();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, PREFIX + "[0-9]*")) {
            for (Path folder : folders) {
                long pid = Long.parseLong(folder.getFileName().toString().substring(PREFIX.length()));
                if (ProcessHandle.of(pid).isEmpty() && (Integer) Files.getAttribute(folder, "unix:uid") == self) {
                    FolderRemoval.remove(folder);
                }
            }
        }
    }

    /** This JVM's folder. */
    Path folder() {
        return folder;
    }

    /** A new empty folder that goes with this JVM's. */
    Path freshFolder(String purpose) {
        try {
            return Files.createTempDirectory(folder, purpose + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where PostgreSQL's unpacked programs are kept for all JVMs of this user. */
    Path cache() {
        return folder.resolveSibling("sallyport-programs-" + OsUser.current().uid());
    }

    /** Removes the folder; what cannot be removed is left to the next JVM. */
    private void remove() {
        try {
            FolderRemoval.remove(folder);
        } catch (IOException e) {
            System.err.println("fleet.backends: " + folder + " was not removed: " + e.getMessage());
        }
    }
}
