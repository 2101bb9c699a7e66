package dev.sallyport.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Folders and files that belong to one user and nobody else reads. */
public final class PrivateFiles {
    private PrivateFiles() {}

    /** Makes the folder (its parents with default rights) if missing, gives it to the user and sets it to 0700. */
    public static Path folder(Path folder, OsUser owner) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            owner.own(folder);
            return folder;
        } catch (IOException e) {
            throw new BackendException(BackendException.Code.FILES, "Folder " + folder + " cannot be made", e);
        }
    }

    /** Replaces the file atomically by one of mode 0600 that belongs to the user. */
    public static Path write(Path file, byte[] content, OsUser owner) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(
                    fresh,
                    PosixFilePermissions.asFileAttribute(Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
            Files.write(fresh, content, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.SYNC);
            owner.own(fresh);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new BackendException(BackendException.Code.FILES, "File " + file + " cannot be written", e);
        }
    }
}
