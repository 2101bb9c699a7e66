package dev.sallyport.executor.process;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.Platform.Access;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The logical executables of this node. Each is pinned by SHA-256 when the node starts, or by its configuration, hashed
 * again before every run, and run from a private copy of the hashed bytes: a file swapped after the check changes
 * nothing.
 */
public final class ExecutableStore {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._+-]{0,63}");
    private static final Pattern SETTING = Pattern.compile("(/\\S*)(?:\\s+sha256:([0-9a-f]{64}))?");

    private final Platform platform;
    private final Path copies;
    private final SortedMap<String, Pinned> executables = new TreeMap<>();

    private record Pinned(Path path, Digest digest) {}

    /**
     * Pins the configured executables.
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
            executables.put(entry.getKey(), pin(entry.getKey(), Path.of(setting.group(1)), setting.group(2)));
        }
    }

    private static Pinned pin(String name, Path path, @Nullable String expected) throws IOException {
        if (!Files.isExecutable(path)) {
            throw new IllegalArgumentException("executable " + name + ": " + path + " is not there or not executable");
        }
        Path real = path.toRealPath();
        Digest digest = digestOf(real);
        if (expected != null && !digest.hex().equals(expected)) {
            throw new IllegalArgumentException("executable " + name + ": " + real + " has SHA-256 " + digest.hex()
                    + ", not the configured one; check the file, then its digest in the configuration");
        }
        return new Pinned(real, digest);
    }

    /** Names that this node can run. */
    public Set<String> names() {
        return executables.keySet();
    }

    /**
     * The program of that name, hashed now.
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
            Path copy = copies.resolve(pinned.digest.hex());
            if (!digestOf(pinned.path).equals(pinned.digest)) {
                throw new ExecutableDenied("The file of \"" + name + "\" (" + pinned.path
                        + ") has changed since the node started: check it and restart the node.");
            }
            if (!Files.exists(copy)) {
                store(pinned, copy);
            }
            return new ExecutableImage(name, pinned.path, pinned.digest, copy);
        } catch (IOException e) {
            throw new ExecutableDenied("The file of \"" + name + "\" cannot be read: " + e.getMessage() + ".");
        }
    }

    private void store(Pinned pinned, Path copy) throws IOException {
        Path part = Files.createTempFile(copies, "part", "");
        try {
            Files.copy(pinned.path, part, StandardCopyOption.REPLACE_EXISTING);
            platform.permit(part, Access.PROGRAM);
            if (!digestOf(part).equals(pinned.digest)) {
                throw new IOException(pinned.path + " changed while it was copied");
            }
            Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IllegalStateException(e);
        } finally {
            Files.deleteIfExists(part);
        }
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
