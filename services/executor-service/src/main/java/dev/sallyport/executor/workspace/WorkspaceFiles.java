package dev.sallyport.executor.workspace;

import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import dev.sallyport.executor.workspace.FileRefusal.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files of one workspace, reached step by step through open directories (openat with O_NOFOLLOW), so that no link and no
 * folder swapped on the way leads elsewhere.
 */
public final class WorkspaceFiles {

    private static final int MOST_ENTRIES = 2000;

    /** One entry of a listing; {@code type} is file, directory or other. */
    public record Entry(String name, String type, long size) {}

    /** How to write. */
    public enum Mode {
        /** A new file; there must be none of that name. */
        CREATE,
        /** The whole content anew, whether there is a file or not. */
        REPLACE,
        /** At the end of what is there, or a new file. */
        APPEND
    }

    /**
     * What was read.
     *
     * @param totalBytes size of the file
     */
    @SuppressWarnings("ArrayRecordComponent") // a file's bytes, never compared
    public record Content(byte[] bytes, long totalBytes) {}

    private final Path workspace;

    /** Those in that folder, which exists. */
    public WorkspaceFiles(Path workspace) {
        this.workspace = workspace;
    }

    /** Reads at most {@code maxBytes} of a regular file. */
    public Content read(String path, int maxBytes) throws FileRefusal {
        return within(parse(path), (folder, name) -> {
            BasicFileAttributes attributes = regular(folder, name);
            try (SeekableByteChannel file =
                    folder.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
                ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(maxBytes, Math.max(attributes.size(), 0)));
                while (buffer.hasRemaining() && file.read(buffer) >= 0) {
                    // Read on.
                }
                byte[] bytes = new byte[buffer.position()];
                buffer.flip().get(bytes);
                return new Content(bytes, Math.max(attributes.size(), bytes.length));
            }
        });
    }

    /** Lists a folder, sorted by name. */
    public List<Entry> list(String path) throws FileRefusal {
        List<Path> steps = parse(path);
        steps.add(Path.of("."));
        return within(steps, (folder, self) -> {
            List<Entry> entries = new ArrayList<>();
            for (Path each : folder) {
                if (entries.size() >= MOST_ENTRIES) {
                    throw new FileRefusal(
                            Code.FILE_TOO_LARGE, "The folder has more than " + MOST_ENTRIES + " entries.");
                }
                BasicFileAttributes attributes = attributes(folder, each.getFileName());
                if (attributes != null) {
                    String type =
                            attributes.isDirectory() ? "directory" : attributes.isRegularFile() ? "file" : "other";
                    entries.add(new Entry(
                            each.getFileName().toString(), type, attributes.isRegularFile() ? attributes.size() : 0));
                }
            }
            entries.sort(Comparator.comparing(Entry::name));
            return entries;
        });
    }

    /** Writes a regular file; its folder must exist. Answers the bytes written. */
    public long write(String path, byte[] content, Mode mode, long maxFileBytes) throws FileRefusal {
        if (content.length > maxFileBytes) {
            throw new FileRefusal(Code.FILE_TOO_LARGE, "The content is larger than " + maxFileBytes + " bytes.");
        }
        return within(parse(path), (folder, name) -> {
            BasicFileAttributes there = attributes(folder, name);
            if (there != null && mode == Mode.CREATE) {
                throw new FileRefusal(Code.FILE_EXISTS, "There is a file of that name: use mode replace or append.");
            }
            if (there != null) {
                regular(folder, name);
                if (mode == Mode.APPEND && there.size() + content.length > maxFileBytes) {
                    throw new FileRefusal(Code.FILE_TOO_LARGE, "The file would exceed " + maxFileBytes + " bytes.");
                }
            }
            Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
            switch (mode) {
                case CREATE -> options.add(StandardOpenOption.CREATE_NEW);
                case REPLACE -> {
                    options.add(StandardOpenOption.CREATE);
                    options.add(StandardOpenOption.TRUNCATE_EXISTING);
                }
                case APPEND -> {
                    options.add(StandardOpenOption.CREATE);
                    options.add(StandardOpenOption.APPEND);
                }
            }
            try (SeekableByteChannel file = folder.newByteChannel(
                    name,
                    options,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
                return (long) content.length;
            }
        });
    }

    private interface Step<T> {
        T apply(SecureDirectoryStream<Path> folder, Path name) throws IOException, FileRefusal;
    }

    private <T> T within(List<Path> steps, Step<T> step) throws FileRefusal {
        if (steps.isEmpty()) {
            throw new FileRefusal(Code.NOT_A_FILE, "The path names the workspace itself, not a file in it.");
        }
        try (DirectoryStream<Path> root = Files.newDirectoryStream(workspace)) {
            if (!(root instanceof SecureDirectoryStream<Path> secure)) {
                throw new IOException("this platform has no directory handles");
            }
            return descend(secure, steps, 0, step);
        } catch (NoSuchFileException missing) {
            throw new FileRefusal(Code.FILE_NOT_FOUND, "There is no such file or folder.");
        } catch (FileAlreadyExistsException exists) {
            throw new FileRefusal(Code.FILE_EXISTS, "There is a file of that name.");
        } catch (AccessDeniedException denied) {
            throw new FileRefusal(Code.FILE_NOT_ACCESSIBLE, "The file's permissions do not allow it.");
        } catch (IOException failed) {
            throw new FileRefusal(Code.FILE_NOT_ACCESSIBLE, "The file cannot be used: " + failed.getMessage());
        }
    }

    private <T> T descend(SecureDirectoryStream<Path> folder, List<Path> steps, int at, Step<T> step)
            throws IOException, FileRefusal {
        Path name = steps.get(at);
        if (at == steps.size() - 1) {
            return step.apply(folder, name);
        }
        BasicFileAttributes attributes = attributes(folder, name);
        if (attributes == null) {
            throw new NoSuchFileException(name.toString());
        }
        if (attributes.isSymbolicLink()) {
            throw new WorkspaceScopeDenied("\"" + name + "\" is a link, and links are not followed: name its target.");
        }
        if (!attributes.isDirectory()) {
            throw new FileRefusal(Code.NOT_A_FOLDER, "\"" + name + "\" is not a folder.");
        }
        try (SecureDirectoryStream<Path> next = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            return descend(next, steps, at + 1, step);
        }
    }

    private static BasicFileAttributes regular(SecureDirectoryStream<Path> folder, Path name)
            throws IOException, FileRefusal {
        BasicFileAttributes attributes = attributes(folder, name);
        if (attributes == null) {
            throw new NoSuchFileException(name.toString());
        }
        if (attributes.isSymbolicLink()) {
            throw new WorkspaceScopeDenied("\"" + name + "\" is a link, and links are not followed: name its target.");
        }
        if (!attributes.isRegularFile()) {
            throw new FileRefusal(Code.NOT_A_FILE, "\"" + name + "\" is not a regular file.");
        }
        return attributes;
    }

    private static @Nullable BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
            throws IOException {
        try {
            return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
        } catch (NoSuchFileException missing) {
            return null;
        }
    }

    private static List<Path> parse(String path) {
        try {
            Path relative = Path.of(path);
            List<Path> steps = new ArrayList<>();
            for (Path step : relative) {
                if (step.toString().equals("..")) {
                    throw new WorkspaceScopeDenied("The path contains \"..\": name a path inside the workspace.");
                }
                if (!step.toString().equals(".") && !step.toString().isEmpty()) {
                    steps.add(step);
                }
            }
            if (relative.isAbsolute()) {
                throw new WorkspaceScopeDenied("The path is absolute: name it relative to the workspace.");
            }
            return steps;
        } catch (InvalidPathException malformed) {
            throw new WorkspaceScopeDenied("The path is malformed: " + malformed.getReason() + ".");
        }
    }
}
