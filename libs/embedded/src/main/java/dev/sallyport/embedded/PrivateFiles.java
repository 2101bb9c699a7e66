package dev.sallyport.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Folders and files that belong to one user and nobody else reads. */
public final class PrivateFiles {
    private PrivateFiles() {}

    /** Makes the folder (its parents with default rights) if missing, gives it to the user and sets it to 0700. */
    public static Path folder(Path folder, OsUser owner) {
        try {
            Files.createDirectories(folder);
            // The folder above may be the user's: what is there may be a link that leads to somebody else's.
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw new BackendException(
                        BackendException.Code.FILES, folder + " is a link and not a folder: remove it", null);
            }
            Files.getFileAttributeView(folder, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setPermissions(PosixFilePermissions.fromString("rwx------"));
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
            // Made and written through one descriptor: another file cannot take its place in between.
            try (FileChannel channel = FileChannel.open(
                    fresh,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
                    channel.write(rest);
                }
            }
            owner.own(fresh);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new BackendException(BackendException.Code.FILES, "File " + file + " cannot be written", e);
        }
    }
}
