package dev.sallyport.identity;

import dev.sallyport.identity.IdentityException.FileFailed;
import dev.sallyport.identity.IdentityException.UnsafeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Files that belong to one user alone. A file that others could read or replace is refused, not repaired: whoever could
 * reach it may have done so already.
 */
public final class OwnerOnly {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PUBLIC = PosixFilePermissions.fromString("rw-r--r--");

    private OwnerOnly() {}

    /**
     * Reads a private file of at most {@code limit} bytes.
     *
     * @throws UnsafeFile when it is a symbolic link, no plain file, longer than the limit, owned by somebody else, or
     *     open to group or others
     * @throws FileFailed when it cannot be read
     */
    public static byte[] read(Path file, int limit) {
        try {
            verify(file);
            return readNoFollow(file, limit);
        } catch (IOException e) {
            throw new FileFailed("cannot read " + file + ": " + reason(e), e);
        }
    }

    /**
     * Reads a file that holds no secret, of at most {@code limit} bytes.
     *
     * @throws UnsafeFile when it is a symbolic link, no plain file or longer than the limit
     * @throws FileFailed when it cannot be read
     */
    public static byte[] readPublic(Path file, int limit) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new UnsafeFile(file + " is not a plain file");
            }
            return readNoFollow(file, limit);
        } catch (IOException e) {
            throw new FileFailed("cannot read " + file + ": " + reason(e), e);
        }
    }

    /**
     * Checks a private file without reading it; see {@link #read}.
     *
     * @throws UnsafeFile as {@link #read}
     */
    public static void verify(Path file) throws IOException {
        if (AccessLists.areUsedAt(file)) {
            verifyAccessList(file);
            return;
        }
        PosixFileAttributes attributes = attributes(file);
        if (!attributes.isRegularFile()) {
            throw new UnsafeFile(file + " is not a plain file (a symbolic link is not followed)");
        }
        Set<PosixFilePermission> open = EnumSet.copyOf(attributes.permissions());
        open.removeAll(DIRECTORY);
        if (!open.isEmpty()) {
            throw new UnsafeFile(file + " is open to group or others ("
                    + PosixFilePermissions.toString(attributes.permissions()) + "). Run: chmod 600 " + file);
        }
        verifyOwner(file, attributes.owner());
    }

    private static void verifyAccessList(Path file) throws IOException {
        if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile()) {
            throw new UnsafeFile(file + " is not a plain file (a symbolic link is not followed)");
        }
        if (!AccessLists.isPrivate(file)) {
            throw new UnsafeFile(file + " is open to others than its owner. Run: icacls \"" + file
                    + "\" /inheritance:r /grant:r \"%USERNAME%:F\"");
        }
        if (!isMine(file)) {
            throw new UnsafeFile(file + " belongs to " + Files.getOwner(file, LinkOption.NOFOLLOW_LINKS)
                    + ", not to the user of this process");
        }
    }

    /** Creates a new private file with this content, on disk when the call returns. */
    public static void write(Path file, byte[] content) throws IOException {
        write(file, content, FILE);
    }

    /**
     * Creates a new private file unless there is one: of several processes that try at once, one wins and the others
     * see the winner's whole file.
     *
     * @return false when the file was there; it is left as it is
     */
    public static boolean writeOnce(Path file, byte[] content) throws IOException {
        Path whole = file.resolveSibling(".new-" + UUID.randomUUID());
        try {
            write(whole, content, FILE);
            Files.createLink(file, whole);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** Creates a new file that everybody may read. */
    public static void writePublic(Path file, byte[] content) throws IOException {
        write(file, content, PUBLIC);
    }

    /** Puts a private file in the place of another one, or where none is, at once. See {@link #replacePublic}. */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(file, content, FILE);
    }

    /**
     * Puts a file that everybody may read in the place of another one, or where none is, at once. Run as uid 0, the new file
     * gets the owner of its folder.
     */
    public static void replacePublic(Path file, byte[] content) throws IOException {
        replace(file, content, PUBLIC);
    }

    private static void replace(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        Path whole = file.resolveSibling(".new-" + UUID.randomUUID());
        try {
            write(whole, content, permissions);
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null && !AccessLists.areUsedAt(file) && isRoot()) {
                Files.setOwner(whole, owner(folder));
            }
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** Creates a private directory and its missing parents; an existing one is left as it is. */
    public static void createDirectory(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !Files.exists(parent)) {
            createDirectory(parent);
        }
        try {
            if (AccessLists.areUsedAt(directory)) {
                AccessLists.makePrivate(Files.createDirectory(directory));
            } else {
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(DIRECTORY));
            }
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new UnsafeFile(directory + " is not a directory");
            }
        }
    }

    /** Makes the entries of a directory durable. NTFS keeps their order, and no folder can be opened for it there. */
    public static void sync(Path directory) throws IOException {
        if (AccessLists.areUsedAt(directory)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The owner of a path; a symbolic link's own. */
    public static UserPrincipal owner(Path path) throws IOException {
        return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether a file or folder belongs to the user of this process. */
    public static boolean isMine(Path path) throws IOException {
        if (!AccessLists.areUsedAt(path)) {
            return isMe(owner(path));
        }
        Path folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                ? path
                : path.toAbsolutePath().getParent();
        return folder != null && owner(path).equals(AccessLists.ownerOfWhatIsMadeIn(folder));
    }

    /** Whether this process runs as the user. */
    public static boolean isMe(UserPrincipal user) throws IOException {
        return user.equals(me());
    }

    private static void write(Path file, byte[] content, Set<PosixFilePermission> permissions) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        boolean lists = AccessLists.areUsedAt(file);
        FileAttribute<?>[] own =
                lists ? new FileAttribute<?>[0] : new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(FILE)};
        try (FileChannel channel = FileChannel.open(file, options, own)) {
            if (lists) {
                // Empty until then. What everybody may read has its folder's list.
                if (permissions.equals(FILE)) {
                    AccessLists.makePrivate(file);
                }
            } else {
                // The umask may have taken bits away; only this states them exactly.
                Files.setPosixFilePermissions(file, permissions);
            }
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static byte[] readNoFollow(Path file, int limit) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (FileChannel channel = FileChannel.open(file, options)) {
            if (channel.size() > limit) {
                throw new UnsafeFile(file + " is longer than " + limit + " bytes");
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) channel.size());
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // until full or at the end
            }
            byte[] content = new byte[buffer.position()];
            buffer.flip().get(content);
            return content;
        }
    }

    private static void verifyOwner(Path file, UserPrincipal owner) throws IOException {
        if (isMe(owner)) {
            return;
        }
        Path parent = file.toAbsolutePath().getParent();
        // uid 0 prepares other users' files before it starts them; it may read what such a user owns in its own folder,
        // or
        // in one that nobody but uid 0 can put anything into.
        if (isRoot() && parent != null && (owner.equals(owner(parent)) || isOnlyMine(parent))) {
            return;
        }
        throw new UnsafeFile(file + " belongs to " + owner.getName() + ", not to the user of this process");
    }

    private static boolean isOnlyMine(Path folder) throws IOException {
        PosixFileAttributes attributes = attributes(folder);
        return isMe(attributes.owner())
                && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            throw new UnsafeFile(path + " lies on a file system without POSIX permissions");
        }
        return view.readAttributes();
    }

    private static UserPrincipal me() throws IOException {
        Path self = Path.of("/proc/self");
        if (Files.exists(self)) {
            // The kernel's answer; user.name is an environment's.
            return Files.getOwner(self);
        }
        return Path.of("").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(userName());
    }

    private static boolean isRoot() throws IOException {
        return me().getName().equals("root") || me().getName().equals("0");
    }

    private static String userName() {
        @Nullable String name = System.getProperty("user.name");
        if (name == null) {
            throw new UnsafeFile("the user of this process is unknown");
        }
        return name;
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "it does not exist" : String.valueOf(e.getMessage());
    }
}
