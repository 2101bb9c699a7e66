package dev.sallyport.executor.workspace;

import dev.sallyport.executor.platform.OpenFolder;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import dev.sallyport.executor.workspace.FileRefusal.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Files of one workspace, reached step by step through open folders, so that no link and no folder swapped on the way
 * leads elsewhere.
 */
public final class WorkspaceFiles {
    private static final int MOST_ENTRIES = 2000;

    /** One entry of a listing; {@code type} is file, directory or other. */
    public record Entry(String name, String type, long size) {}

    /** How to write. */
    public enum Mode {
        /** A new file; there must be none of that name. */
        CREATE,
        /** The whole content, whether there is a file or not. */
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

    private final Platform platform;
    private final Path workspace;

    /** Those in that folder, which exists. */
    public WorkspaceFiles(Platform platform, Path workspace) {
        this.platform = platform;
        this.workspace = workspace;
    }

    /** Reads at most {@code maxBytes} of a regular file. */
    public Content read(String path, int maxBytes) throws FileRefusal {
        return within(parse(path), (folder, name) -> {
            BasicFileAttributes attributes = regular(folder, name);
            try (SeekableByteChannel file = folder.file(name, Set.of(StandardOpenOption.READ))) {
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
            List<Path> names = folder.names(MOST_ENTRIES);
            if (names.size() > MOST_ENTRIES) {
                throw new FileRefusal(Code.FILE_TOO_LARGE, "The folder has more than " + MOST_ENTRIES + " entries.");
            }
            List<Entry> entries = new ArrayList<>();
            for (Path each : names) {
                BasicFileAttributes attributes = folder.attributes(each);
                if (attributes != null) {
                    String type =
                            attributes.isDirectory() ? "directory" : attributes.isRegularFile() ? "file" : "other";
                    long size = attributes.isRegularFile() ? attributes.size() : 0;
                    entries.add(new Entry(each.toString(), type, size));
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
            BasicFileAttributes there = folder.attributes(name);
            if (there != null && mode == Mode.CREATE) {
                throw new FileRefusal(Code.FILE_EXISTS, "There is a file of that name: use mode replace or append.");
            }
            if (there != null) {
                regular(folder, name);
                if (mode == Mode.APPEND && there.size() + content.length > maxFileBytes) {
                    throw new FileRefusal(Code.FILE_TOO_LARGE, "The file would exceed " + maxFileBytes + " bytes.");
                }
            }
            try (SeekableByteChannel file = folder.file(name, options(mode))) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    file.write(buffer);
                }
                return (long) content.length;
            }
        });
    }

    private static Set<StandardOpenOption> options(Mode mode) {
        return switch (mode) {
            case CREATE -> Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            case REPLACE ->
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
            case APPEND -> Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        };
    }

    private interface Step<T> {
        T apply(OpenFolder folder, Path name) throws IOException, FileRefusal;
    }

    private <T> T within(List<Path> steps, Step<T> step) throws FileRefusal {
        if (steps.isEmpty()) {
            throw new FileRefusal(Code.NOT_A_FILE, "The path names the workspace itself, not a file in it.");
        }
        try (OpenFolder root = platform.open(workspace)) {
            return descend(root, steps, 0, step);
        } catch (NoSuchFileException _) {
            throw new FileRefusal(Code.FILE_NOT_FOUND, "There is no such file or folder.");
        } catch (FileAlreadyExistsException _) {
            throw new FileRefusal(Code.FILE_EXISTS, "There is a file of that name.");
        } catch (AccessDeniedException _) {
            throw new FileRefusal(Code.FILE_NOT_ACCESSIBLE, "The file's permissions do not allow it.");
        } catch (IOException e) {
            throw new FileRefusal(Code.FILE_NOT_ACCESSIBLE, "The file cannot be used: " + e.getMessage());
        }
    }

    private <T> T descend(OpenFolder folder, List<Path> steps, int at, Step<T> step) throws IOException, FileRefusal {
        Path name = steps.get(at);
        if (at == steps.size() - 1) {
            return step.apply(folder, name);
        }
        BasicFileAttributes attributes = folder.attributes(name);
        if (attributes == null) {
            throw new NoSuchFileException(name.toString());
        }
        if (attributes.isSymbolicLink()) {
            throw new WorkspaceScopeDenied("\"" + name + "\" is a link, and links are not followed: name its target.");
        }
        if (!attributes.isDirectory()) {
            throw new FileRefusal(Code.NOT_A_FOLDER, "\"" + name + "\" is not a folder.");
        }
        try (OpenFolder next = folder.folder(name)) {
            return descend(next, steps, at + 1, step);
        }
    }

    private static BasicFileAttributes regular(OpenFolder folder, Path name) throws IOException, FileRefusal {
        BasicFileAttributes attributes = folder.attributes(name);
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
        } catch (InvalidPathException e) {
            throw new WorkspaceScopeDenied("The path is malformed: " + e.getReason() + ".");
        }
    }
}
