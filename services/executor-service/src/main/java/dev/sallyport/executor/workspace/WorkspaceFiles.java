package dev.sallyport.executor.workspace;

import dev.sallyport.executor.platform.EntryName;
import dev.sallyport.executor.platform.FolderEntry;
import dev.sallyport.executor.platform.NotPlainFileException;
import dev.sallyport.executor.platform.OpenFile;
import dev.sallyport.executor.platform.OpenFolder;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import dev.sallyport.executor.sandbox.WorkspaceQuota;
import dev.sallyport.executor.workspace.FileRefusal.Code;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files of one workspace, reached step by step through open folders, so that no link and nothing swapped on the way
 * leads elsewhere. Only regular files with a single name are read and written, and nothing here waits for a tool.
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
    private final @Nullable ToolUser owner;

    /**
     * Those in that folder, which exists.
     *
     * @param owner whose the files become that are made, null for this process's user
     */
    public WorkspaceFiles(Platform platform, Path workspace, @Nullable ToolUser owner) {
        this.platform = platform;
        this.workspace = workspace;
        this.owner = owner;
    }

    /** Reads at most {@code maxBytes} of a regular file, from {@code offset} on. */
    public Content read(String path, long offset, int maxBytes) throws FileRefusal {
        return within(path, (folder, name) -> {
            try (OpenFile file = folder.reader(name)) {
                byte[] bytes = file.read(offset, maxBytes);
                return new Content(bytes, Math.max(file.size(), offset + bytes.length));
            }
        });
    }

    /** Lists a folder, sorted by name. */
    public List<Entry> list(String path) throws FileRefusal {
        List<EntryName> steps = parse(path);
        return answered(() -> descend(steps, WorkspaceFiles::entries));
    }

    private static List<Entry> entries(OpenFolder folder) throws IOException, FileRefusal {
        List<EntryName> names = folder.names(MOST_ENTRIES);
        if (names.size() > MOST_ENTRIES) {
            throw new FileRefusal(Code.FILE_TOO_LARGE, "The folder has more than " + MOST_ENTRIES + " entries.");
        }
        List<Entry> entries = new ArrayList<>();
        for (EntryName each : names) {
            FolderEntry entry = folder.entry(each);
            if (entry != null) {
                entries.add(
                        switch (entry.kind()) {
                            case FOLDER -> new Entry(each.toString(), "directory", 0);
                            case FILE -> new Entry(each.toString(), "file", entry.size());
                            case LINK, SPECIAL -> new Entry(each.toString(), "other", 0);
                        });
            }
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    /**
     * Writes a regular file; its folder must exist. Answers the bytes written. One call at a time per workspace, else
     * two together may exceed the quota.
     *
     * @param quota what the workspace may hold afterwards; {@link
     *     dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded} before anything is written if it would hold more
     */
    public long write(String path, byte[] content, Mode mode, long maxFileBytes, WorkspaceQuota quota)
            throws FileRefusal {
        if (content.length > maxFileBytes) {
            throw new FileRefusal(Code.FILE_TOO_LARGE, "The content is larger than " + maxFileBytes + " bytes.");
        }
        return within(path, (folder, name) -> {
            FolderEntry there = folder.entry(name);
            if (there != null && mode == Mode.CREATE) {
                throw new FileRefusal(Code.FILE_EXISTS, "There is a file of that name: use mode replace or append.");
            }
            if (there == null) {
                quota.checkRoom(platform, workspace, content.length, 1);
                try (OpenFile file = folder.create(name, owner)) {
                    file.append(content);
                }
                return (long) content.length;
            }
            try (OpenFile file = folder.writer(name)) {
                long before = file.size();
                if (mode == Mode.APPEND && before + content.length > maxFileBytes) {
                    throw new FileRefusal(Code.FILE_TOO_LARGE, "The file would exceed " + maxFileBytes + " bytes.");
                }
                quota.checkRoom(
                        platform,
                        workspace,
                        mode == Mode.APPEND ? content.length : Math.max(0, content.length - before),
                        0);
                if (mode == Mode.REPLACE) {
                    file.clear();
                }
                file.append(content);
            }
            return (long) content.length;
        });
    }

    private interface Work<T> {
        T run() throws IOException, FileRefusal;
    }

    private interface Step<T> {
        T apply(OpenFolder folder, EntryName name) throws IOException, FileRefusal;
    }

    private interface Within<T> {
        T apply(OpenFolder folder) throws IOException, FileRefusal;
    }

    private <T> T within(String path, Step<T> step) throws FileRefusal {
        List<EntryName> steps = parse(path);
        if (steps.isEmpty()) {
            throw new FileRefusal(Code.NOT_A_FILE, "The path names the workspace itself, not a file in it.");
        }
        EntryName last = steps.removeLast();
        return answered(() -> {
            try {
                return descend(steps, folder -> step.apply(folder, last));
            } catch (NotPlainFileException e) {
                throw refusal(last, e.what());
            }
        });
    }

    private static FileRefusal refusal(EntryName name, NotPlainFileException.What what) {
        return switch (what) {
            case LINK -> throw link(name);
            case NO_FILE -> new FileRefusal(Code.NOT_A_FILE, "\"" + name + "\" is not a regular file.");
            case SHARED ->
                new FileRefusal(
                        Code.NOT_A_FILE,
                        "\"" + name + "\" has more than one name (a hard link): copy it to a file of its own.");
        };
    }

    private static <T> T answered(Work<T> work) throws FileRefusal {
        try {
            return work.run();
        } catch (NoSuchFileException _) {
            throw new FileRefusal(Code.FILE_NOT_FOUND, "There is no such file or folder.");
        } catch (FileAlreadyExistsException _) {
            throw new FileRefusal(Code.FILE_EXISTS, "There is a file of that name.");
        } catch (AccessDeniedException _) {
            throw new FileRefusal(Code.FILE_NOT_ACCESSIBLE, "The file's permissions do not allow it.");
        } catch (FileSystemException e) {
            throw new FileRefusal(Code.FILE_NOT_ACCESSIBLE, "The file cannot be used: " + e.getReason() + ".");
        } catch (IOException _) {
            throw new FileRefusal(Code.FILE_NOT_ACCESSIBLE, "The file cannot be used: it changed meanwhile.");
        }
    }

    /** Goes down one step after the other and holds the last folder only. */
    private <T> T descend(List<EntryName> steps, Within<T> step) throws IOException, FileRefusal {
        OpenFolder folder = platform.open(workspace);
        try {
            for (EntryName name : steps) {
                OpenFolder above = folder;
                folder = next(above, name);
                above.close();
            }
            return step.apply(folder);
        } finally {
            folder.close();
        }
    }

    private static OpenFolder next(OpenFolder folder, EntryName name) throws IOException, FileRefusal {
        FolderEntry entry = folder.entry(name);
        if (entry == null) {
            throw new NoSuchFileException(name.toString());
        }
        return switch (entry.kind()) {
            case FOLDER -> opened(folder, name);
            case LINK -> throw link(name);
            case FILE, SPECIAL -> throw new FileRefusal(Code.NOT_A_FOLDER, "\"" + name + "\" is not a folder.");
        };
    }

    private static OpenFolder opened(OpenFolder folder, EntryName name) throws IOException, FileRefusal {
        try {
            return folder.folder(name);
        } catch (NotDirectoryException | NotPlainFileException _) {
            throw new FileRefusal(Code.NOT_A_FOLDER, "\"" + name + "\" is not a folder any more.");
        }
    }

    private static WorkspaceScopeDenied link(EntryName name) {
        return new WorkspaceScopeDenied("\"" + name + "\" is a link, and links are not followed: name its target.");
    }

    private static List<EntryName> parse(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new WorkspaceScopeDenied("The path is malformed: it contains a NUL character.");
        }
        List<EntryName> steps = new ArrayList<>();
        for (String step : path.split("/", -1)) {
            if (step.equals("..")) {
                throw new WorkspaceScopeDenied("The path contains \"..\": name a path inside the workspace.");
            }
            if (!step.equals(".") && !step.isEmpty()) {
                steps.add(EntryName.of(step));
            }
        }
        if (path.startsWith("/")) {
            throw new WorkspaceScopeDenied("The path is absolute: name it relative to the workspace.");
        }
        return steps;
    }
}
