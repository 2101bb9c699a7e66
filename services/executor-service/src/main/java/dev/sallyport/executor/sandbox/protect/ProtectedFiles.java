package dev.sallyport.executor.sandbox.protect;

import dev.sallyport.executor.platform.EntryName;
import dev.sallyport.executor.platform.FolderEntry;
import dev.sallyport.executor.platform.NotPlainFileException;
import dev.sallyport.executor.platform.OpenFile;
import dev.sallyport.executor.platform.OpenFolder;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The protected files of one workspace as they were before a tool ran. For a sandbox that cannot make parts of a folder
 * read-only: afterwards they are compared and put back. All of it goes through open folders and follows no link.
 */
final class ProtectedFiles {
    private static final int LARGEST_FILE = 1 << 20;
    private static final int MOST_BYTES = 8 << 20;
    private static final int MOST_ENTRIES = 20_000;

    /**
     * Nobody works in folders nested deeper, so nothing there is protected; a protected folder may not reach there. Each
     * level takes a descriptor.
     */
    private static final int DEPTH = 128;

    private final Platform platform;
    private final Path workspace;
    private final @Nullable ToolUser owner;
    private final Map<List<EntryName>, Saved> before;

    private ProtectedFiles(
            Platform platform, Path workspace, @Nullable ToolUser owner, Map<List<EntryName>, Saved> before) {
        this.platform = platform;
        this.workspace = workspace;
        this.owner = owner;
        this.before = before;
    }

    /**
     * Keeps what is there.
     *
     * @param owner whose files these are, null for this process's user
     * @throws WorkspaceScopeDenied if something there could not be put back, or is more than can be kept
     */
    static ProtectedFiles in(Platform platform, Path workspace, @Nullable ToolUser owner) throws IOException {
        Map<List<EntryName>, Saved> found = look(platform, workspace);
        if (found.containsValue(Saved.Other.TOO_MANY)) {
            throw new WorkspaceScopeDenied("The workspace has more than " + MOST_ENTRIES
                    + " files, so that its protected files cannot be guarded: remove some.");
        }
        found.forEach((path, saved) -> {
            if (hasOther(saved)) {
                throw new WorkspaceScopeDenied("The protected file " + name(path)
                        + " cannot be guarded, as it is very large or deep, no plain file, or has a second name: remove"
                        + " or shorten it.");
            }
        });
        return new ProtectedFiles(platform, workspace, owner, found);
    }

    /**
     * Puts back what differs, and removes what was not there. What is too much or too deep to be searched is removed
     * whole. Nothing of the tool may run any more.
     *
     * @return the names of what was put back or removed, relative to the workspace
     * @throws IOException the first failure, after all else was put back
     */
    List<String> restore() throws IOException {
        Set<String> changed = new LinkedHashSet<>();
        Map<List<EntryName>, Saved> after;
        do {
            after = putBack(changed);
            // What was too much is gone: there may have been more than was seen at once.
        } while (after.containsValue(Saved.Other.TOO_MANY));
        return List.copyOf(changed);
    }

    private Map<List<EntryName>, Saved> putBack(Set<String> changed) throws IOException {
        Map<List<EntryName>, Saved> after = Map.of();
        IOException failure = null;
        try {
            after = look(platform, workspace);
        } catch (IOException e) {
            // What was there is put back all the same.
            failure = e;
        }
        try (OpenFolder top = platform.open(workspace)) {
            for (Map.Entry<List<EntryName>, Saved> each : after.entrySet()) {
                if (!each.getValue().equals(before.get(each.getKey()))) {
                    changed.add(name(each.getKey()));
                    failure = tried(failure, top, each.getKey(), OpenFolder::removeAll);
                }
            }
            for (Map.Entry<List<EntryName>, Saved> each : before.entrySet()) {
                if (!each.getValue().equals(after.get(each.getKey()))) {
                    changed.add(name(each.getKey()));
                    failure = tried(failure, top, each.getKey(), (folder, name) -> {
                        folder.removeAll(name);
                        put(folder, name, each.getValue());
                    });
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return after;
    }

    /** What fails at one name does not keep the others from being put back. Answers the first failure. */
    private @Nullable IOException tried(@Nullable IOException first, OpenFolder top, List<EntryName> path, Step step) {
        try {
            within(top, path, 0, step);
            return first;
        } catch (IOException e) {
            return first == null ? e : first;
        }
    }

    private interface Step {
        void in(OpenFolder folder, EntryName name) throws IOException;
    }

    /** Goes down to the folder of a path, through folders that are made again where there are none. */
    private void within(OpenFolder folder, List<EntryName> path, int at, Step step) throws IOException {
        EntryName name = path.get(at);
        if (at == path.size() - 1) {
            step.in(folder, name);
            return;
        }
        FolderEntry entry = folder.entry(name);
        if (entry == null || entry.kind() != FolderEntry.Kind.FOLDER) {
            folder.removeAll(name);
            folder.createFolder(name, owner).close();
        }
        try (OpenFolder next = opened(folder, name)) {
            within(next, path, at + 1, step);
        }
    }

    private void put(OpenFolder folder, EntryName name, Saved saved) throws IOException {
        switch (saved) {
            case Saved.File(int mode, ByteBuffer content) -> {
                try (OpenFile file = folder.create(name, owner)) {
                    file.append(bytes(content));
                    file.permit(mode);
                }
            }
            case Saved.Folder(int mode, Map<EntryName, Saved> entries) -> {
                try (OpenFolder made = folder.createFolder(name, owner)) {
                    for (Map.Entry<EntryName, Saved> each : entries.entrySet()) {
                        put(made, each.getKey(), each.getValue());
                    }
                    made.permit(mode);
                }
            }
            case Saved.Link(ByteBuffer target) -> folder.createLink(name, bytes(target), owner);
            case Saved.Other _ -> throw new IllegalStateException("such are never kept");
        }
    }

    private static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    private static boolean hasOther(Saved saved) {
        return switch (saved) {
            case Saved.Other _ -> true;
            case Saved.Folder folder -> folder.entries().values().stream().anyMatch(ProtectedFiles::hasOther);
            case Saved.File _, Saved.Link _ -> false;
        };
    }

    private static String name(List<EntryName> path) {
        return path.stream().map(EntryName::toString).collect(Collectors.joining("/"));
    }

    /** What is there under protected names. Once it is more than can be kept, no further file is read. */
    static Map<List<EntryName>, Saved> look(Platform platform, Path workspace) throws IOException {
        Look look = new Look();
        try (OpenFolder top = platform.open(workspace)) {
            look.at(top, new ArrayList<>(), "", false);
        }
        return look.found;
    }

    /** What lies in a folder that nobody may enter is looked at as well: whoever made it so could undo it. */
    private static OpenFolder opened(OpenFolder folder, EntryName name) throws IOException {
        try {
            return folder.folder(name);
        } catch (AccessDeniedException _) {
            folder.unlock(name);
            return folder.folder(name);
        }
    }

    private static final class Look {
        private final Map<List<EntryName>, Saved> found = new LinkedHashMap<>();
        private int entries;
        private long kept;

        void at(OpenFolder folder, List<EntryName> path, String parent, boolean inRepository) throws IOException {
            List<EntryName> names = folder.names(MOST_ENTRIES - entries);
            if (!counted(names)) {
                // It stands for all that is below. Of the workspace itself, which stays, for each entry.
                List<List<EntryName>> whole =
                        path.isEmpty() ? names.stream().map(List::of).toList() : List.of(List.copyOf(path));
                whole.forEach(each -> found.put(each, Saved.Other.TOO_MANY));
                return;
            }
            for (EntryName name : names) {
                FolderEntry entry = folder.entry(name);
                if (entry == null) {
                    continue;
                }
                boolean isFolder = entry.kind() == FolderEntry.Kind.FOLDER;
                List<EntryName> here = new ArrayList<>(path);
                here.add(name);
                if (ProtectedNames.contain(name.toString(), parent, inRepository, isFolder)) {
                    found.put(List.copyOf(here), saved(folder, name, entry, here.size()));
                } else if (isFolder && here.size() < DEPTH) {
                    try (OpenFolder next = opened(folder, name)) {
                        at(next, here, name.toString(), inRepository || ProtectedNames.isRepository(name.toString()));
                    }
                }
            }
        }

        /** Whether there is room for so many more. What is too much is not kept, and counts for nothing. */
        private boolean counted(List<EntryName> names) {
            if (names.size() > MOST_ENTRIES - entries) {
                return false;
            }
            entries += names.size();
            return true;
        }

        private Saved saved(OpenFolder folder, EntryName name, FolderEntry entry, int depth) throws IOException {
            return switch (entry.kind()) {
                case FILE -> file(folder, name, entry);
                case LINK -> new Saved.Link(ByteBuffer.wrap(folder.linkTarget(name)));
                case SPECIAL -> new Saved.Other("special");
                case FOLDER -> depth < DEPTH ? folder(folder, name, entry, depth) : new Saved.Other("deep");
            };
        }

        private Saved folder(OpenFolder folder, EntryName name, FolderEntry entry, int depth) throws IOException {
            Map<EntryName, Saved> all = new HashMap<>();
            try (OpenFolder next = opened(folder, name)) {
                List<EntryName> names = next.names(MOST_ENTRIES - entries);
                if (!counted(names)) {
                    return Saved.Other.TOO_MANY;
                }
                for (EntryName each : names) {
                    FolderEntry inner = next.entry(each);
                    if (inner != null) {
                        all.put(each, saved(next, each, inner, depth + 1));
                    }
                }
            }
            return new Saved.Folder(entry.mode(), all);
        }

        private Saved file(OpenFolder folder, EntryName name, FolderEntry entry) throws IOException {
            kept += Math.min(entry.size(), LARGEST_FILE);
            if (entry.size() > LARGEST_FILE || kept > MOST_BYTES) {
                return new Saved.Other("large");
            }
            try (OpenFile file = folder.reader(name)) {
                return new Saved.File(entry.mode(), ByteBuffer.wrap(file.read(0, LARGEST_FILE)));
            } catch (NotPlainFileException | NoSuchFileException _) {
                return new Saved.Other("not plain");
            } catch (AccessDeniedException _) {
                return new Saved.Other("not readable");
            }
        }
    }
}
