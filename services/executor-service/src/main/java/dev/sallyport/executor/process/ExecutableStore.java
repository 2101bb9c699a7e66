package dev.sallyport.executor.process;

import dev.sallyport.executor.platform.EntryName;
import dev.sallyport.executor.platform.OpenFile;
import dev.sallyport.executor.platform.OpenFolder;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.Platform.Access;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logical executables of this node. Each is pinned by SHA-256 when the node starts, or by its configuration, and run
 * from a private copy of the hashed bytes: a file swapped after the check changes nothing. No copy is believed for its
 * name: it is hashed at the start, and again whenever the file system says that it, or the original, is not the same
 * file as then.
 */
public final class ExecutableStore {
    private static final Logger log = LoggerFactory.getLogger(ExecutableStore.class);

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._+-]{0,63}");
    private static final Pattern SETTING = Pattern.compile("(/\\S*|[A-Za-z]:[\\\\/].*?)(?:\\s+sha256:([0-9a-f]{64}))?");

    private static final int PART = 1 << 20;

    private static final int HEAD = 256;

    private final Platform platform;
    private final Path copies;
    private final SortedMap<String, Pinned> executables = new TreeMap<>();

    /** A pinned executable with the marks of the files as they were when they were last hashed. */
    private static final class Pinned {
        private final Path path;
        private final Digest digest;
        private Object original;
        private @Nullable Object copy;

        Pinned(Path path, Digest digest, Object original) {
            this.path = path;
            this.digest = digest;
            this.original = original;
        }
    }

    /**
     * Pins the configured executables and makes the copies. Whatever else lies in the folder is removed.
     *
     * @param configured logical name to {@code /real/path} or {@code /real/path sha256:<hex>}
     * @param copies folder of the node's own for the copies
     * @throws IllegalArgumentException naming the entry that is malformed, missing, or not what its digest says
     */
    public ExecutableStore(Platform platform, Map<String, String> configured, Path copies) throws IOException {
        this.platform = platform;
        this.copies = Files.createDirectories(copies);
        // Traversable: a tool's own user must reach the one image that is bound into its sandbox.
        platform.permit(copies, Access.PASSABLE_FOLDER);
        for (Map.Entry<String, String> entry : configured.entrySet()) {
            Matcher setting = SETTING.matcher(entry.getValue());
            if (!NAME.matcher(entry.getKey()).matches() || !setting.matches()) {
                throw new IllegalArgumentException("executable " + entry.getKey()
                        + ": write a lower-case name and an absolute path, optionally followed by sha256:<hex>");
            }
            executables.put(
                    entry.getKey(),
                    pin(entry.getKey(), copies.getFileSystem().getPath(setting.group(1)), setting.group(2)));
        }
        removeOthers();
        for (Pinned pinned : executables.values()) {
            verifyCopy(pinned);
        }
    }

    private Pinned pin(String name, Path path, @Nullable String expected) throws IOException {
        if (!Files.isExecutable(path)) {
            throw new IllegalArgumentException("executable " + name + ": " + path + " is not there or not executable");
        }
        Path real = path.toRealPath();
        Object mark = platform.mark(real);
        Digest digest = digestOf(real);
        if (expected != null && !digest.hex().equals(expected)) {
            throw new IllegalArgumentException("executable " + name + ": " + real + " has SHA-256 " + digest.hex()
                    + ", not the configured one; check the file, then its digest in the configuration");
        }
        return new Pinned(real, digest, mark);
    }

    private void removeOthers() throws IOException {
        Set<String> known = new HashSet<>();
        executables.values().forEach(pinned -> known.add(pinned.digest.hex()));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(copies)) {
            for (Path file : files) {
                if (!known.contains(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Names that this node can run. */
    public Set<String> names() {
        return executables.keySet();
    }

    /**
     * The program of that name; its copy was hashed and is still that file.
     *
     * @throws ExecutableDenied if the node does not know it or its file is not the pinned one any more
     */
    public ExecutableImage image(String name) {
        Pinned pinned = executables.get(name);
        if (pinned == null) {
            throw new ExecutableDenied("This node has no executable named \"" + name
                    + "\": add it to sallyport.node.executables, or use another pool.");
        }
        try {
            synchronized (pinned) {
                verifyOriginal(name, pinned);
                return new ExecutableImage(name, pinned.path, pinned.digest, verifyCopy(pinned), null, List.of());
            }
        } catch (IOException e) {
            log.error("the file of {} cannot be used", name, e);
            throw new ExecutableDenied(
                    "The file of \"" + name + "\" cannot be read on this node; its log says why. Use another pool.");
        }
    }

    /** The names of the program at this real path; none if the node has no such program. */
    List<String> namesOf(Path real) {
        return executables.entrySet().stream()
                .filter(entry -> entry.getValue().path.equals(real))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void verifyOriginal(String name, Pinned pinned) throws IOException {
        Object now = platform.mark(pinned.path);
        if (now.equals(pinned.original)) {
            return;
        }
        if (!digestOf(pinned.path).equals(pinned.digest)) {
            throw new ExecutableDenied(
                    "The file of \"" + name + "\" has changed since the node started: check it and restart the node.");
        }
        pinned.original = now;
    }

    /** The copy, made again if what lies there is not what was pinned. */
    private Path verifyCopy(Pinned pinned) throws IOException {
        Path copy = copies.resolve(pinned.digest.hex());
        Object now = Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS) ? platform.mark(copy) : null;
        if (now == null || !now.equals(pinned.copy)) {
            if (now == null || !isWhatWasPinned(copy, pinned)) {
                store(pinned, copy);
            } else {
                platform.permit(copy, Access.PROGRAM);
            }
            pinned.copy = platform.mark(copy);
        }
        return copy;
    }

    /** A copy that cannot be read, as root's by another user, is none. */
    private static boolean isWhatWasPinned(Path copy, Pinned pinned) throws IOException {
        try {
            return digestOf(copy).equals(pinned.digest);
        } catch (AccessDeniedException _) {
            return false;
        }
    }

    private void store(Pinned pinned, Path copy) throws IOException {
        Path part = Files.createTempFile(copies, "part", "");
        try {
            // On the disk before it has its name: after a power cut a name would else stand for an empty file.
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                Files.copy(pinned.path, Channels.newOutputStream(channel));
                channel.force(true);
            }
            platform.permit(part, Access.PROGRAM);
            if (!digestOf(part).equals(pinned.digest)) {
                throw new IOException(pinned.path + " changed while it was copied");
            }
            Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
            platform.force(copies);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * A file as it was looked at.
     *
     * @param head its first bytes, at most 256
     */
    @SuppressWarnings("ArrayRecordComponent") // read once by whoever asked; never compared
    record Looked(Digest digest, byte[] head) {}

    /** Of a file that a tool could put a fifo in the place of: nothing here waits for one, or follows a link. */
    Looked lookAtWorkspaceFile(Path file) throws IOException {
        byte[] head = new byte[0];
        MessageDigest sha = Digest.sha256();
        try (OpenFolder folder = platform.open(Objects.requireNonNull(file.getParent()));
                OpenFile open = folder.reader(EntryName.of(file.getFileName().toString()))) {
            long at = 0;
            for (byte[] part = open.read(at, PART); part.length > 0; part = open.read(at, PART)) {
                sha.update(part);
                head = at == 0 ? Arrays.copyOf(part, Math.min(part.length, HEAD)) : head;
                at += part.length;
            }
        }
        return new Looked(Digest.ofRaw(sha.digest()), head);
    }

    static Digest digestOf(Path file) throws IOException {
        MessageDigest sha = Digest.sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[64 << 10];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sha.update(buffer, 0, count);
            }
        }
        return Digest.ofRaw(sha.digest());
    }
}
