package dev.sallyport.local.home;

import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder that holds everything the fleet keeps: identities, one folder per process that belongs to the user the
 * process runs as, logs and the files for people. Locked while it is open.
 */
public final class FleetHome implements AutoCloseable {
    private static final String LOCK = "supervisor.lock";

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private FleetHome(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Makes the folder if missing and locks it.
     *
     * @throws HomeException when another supervisor uses it, when it holds something else, or when another user could
     *     not pass through a folder above it although processes will run as other users
     */
    public static FleetHome open(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            boolean fresh = !Files.exists(absolute);
            if (!fresh && !Files.exists(absolute.resolve(LOCK)) && !isEmpty(absolute)) {
                throw new HomeException(
                        absolute + " holds something else: name an empty or new folder with --home", null);
            }
            Files.createDirectories(absolute);
            if (fresh) {
                // Other users pass through to the one folder that is theirs; they cannot list.
                Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx--x--x"));
            }
            verifyPassable(absolute);
            FileChannel channel =
                    FileChannel.open(absolute.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new HomeException(
                        "Another supervisor runs the fleet in " + absolute + ": stop it, or name another --home", null);
            }
            return new FleetHome(absolute, channel, lock);
        } catch (IOException e) {
            throw new HomeException("The home folder " + absolute + " cannot be used: " + e, e);
        }
    }

    @SuppressWarnings("NullAway") // FileChannel.tryLock answers null when another process holds the lock.
    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            return !children.iterator().hasNext();
        }
    }

    /** Processes of other users must reach their folders below. */
    private static void verifyPassable(Path folder) throws IOException {
        if (!OsUser.current().isRoot()) {
            return;
        }
        for (Path above = folder; above != null; above = above.getParent()) {
            if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(above))
                    .endsWith("x")) {
                throw new HomeException(
                        "Other users cannot pass through " + above + ", but the fleet's processes run as such:"
                                + " name another folder with --home, or chmod o+x " + above,
                        null);
            }
        }
    }

    /** Removes all state but the lock. */
    public void reset() {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (!child.equals(folder.resolve(LOCK))) {
                    FolderRemoval.remove(child);
                }
            }
        } catch (IOException e) {
            throw new HomeException("The state in " + folder + " cannot be removed: " + e, e);
        }
    }

    /** The folder itself. */
    public Path folder() {
        return folder;
    }

    /** The folder of the only or the first process of a part. */
    public Path of(Part part) {
        return of(Replica.first(part));
    }

    /** A process's own folder. */
    public Path of(Replica replica) {
        return folder.resolve(replica.id());
    }

    /**
     * Makes a service's or node's own folder where it is missing, with {@code state} and {@code tmp}; and that of the
     * service's first replica, with which lies what all of them share and which may be started later than this one.
     *
     * @return its own folder
     */
    public Path make(Replica replica, OsUser user) {
        if (replica.part().isService()) {
            PrivateFiles.folder(PrivateFiles.folder(of(replica.part()), user).resolve("state"), user);
        }
        Path own = PrivateFiles.folder(of(replica), user);
        PrivateFiles.folder(own.resolve("state"), user);
        PrivateFiles.folder(own.resolve("tmp"), user);
        return own;
    }

    /** A process's identity directory. */
    public Path identity(Replica replica) {
        return identities().resolve(replica.id());
    }

    /** The folder of all identity directories. */
    public Path identities() {
        return folder.resolve("identities");
    }

    /** Programs, unpacked; belongs to the supervisor's user and is readable by all. */
    public Path programs() {
        return folder.resolve("programs");
    }

    /** A process's log. */
    public Path log(Replica replica) {
        return folder.resolve("logs").resolve(replica.id() + ".log");
    }

    /** While this file exists, the process is not started again after it has ended. */
    public Path hold(String process) {
        return folder.resolve("hold").resolve(process);
    }

    /**
     * Properties that people set themselves; they override those that the supervisor writes for every replica of that
     * name.
     */
    public Path settings(Replica replica) {
        String name =
                replica.part() == Part.NODE ? replica.id() : replica.part().id();
        return folder.resolve("settings").resolve(name + ".properties");
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
