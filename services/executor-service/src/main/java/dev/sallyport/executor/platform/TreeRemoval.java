package dev.sallyport.executor.platform;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.util.List;

/**
 * Removes a folder with whatever a program has left in it: folders that nobody may enter, nested to any depth. What
 * lies deep is moved up first, so that three descriptors are enough. Nothing else may work in the folder meanwhile.
 */
final class TreeRemoval {
    private static final int AT_ONCE = 1000;

    private final OpenFolder top;
    private long moved;

    private TreeRemoval(OpenFolder top) {
        this.top = top;
    }

    static void remove(OpenFolder parent, EntryName name) throws IOException {
        parent.unlock(name);
        try (OpenFolder top = parent.folder(name)) {
            new TreeRemoval(top).empty();
        }
        parent.removeFolder(name);
    }

    private void empty() throws IOException {
        for (List<EntryName> names = top.names(AT_ONCE); !names.isEmpty(); names = top.names(AT_ONCE)) {
            for (EntryName name : names) {
                if (isFolder(top, name)) {
                    top.unlock(name);
                    try (OpenFolder folder = top.folder(name)) {
                        flatten(folder);
                    }
                    top.removeFolder(name);
                } else {
                    top.remove(name);
                }
            }
        }
    }

    /** Empties a folder of the top; folders in it that are not empty themselves become the top's. */
    private void flatten(OpenFolder folder) throws IOException {
        for (List<EntryName> names = folder.names(AT_ONCE); !names.isEmpty(); names = folder.names(AT_ONCE)) {
            for (EntryName name : names) {
                if (!isFolder(folder, name)) {
                    folder.remove(name);
                } else if (!removedEmpty(folder, name)) {
                    // A folder cannot be moved by whoever may not write to it: its entry ".." changes.
                    folder.unlock(name);
                    moveUp(folder, name);
                }
            }
        }
    }

    private static boolean removedEmpty(OpenFolder folder, EntryName name) throws IOException {
        try {
            folder.removeFolder(name);
            return true;
        } catch (DirectoryNotEmptyException _) {
            return false;
        }
    }

    private void moveUp(OpenFolder folder, EntryName name) throws IOException {
        while (true) {
            try {
                folder.move(name, top, EntryName.of("moved-" + moved++));
                return;
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException | NotDirectoryException _) {
                // A program has left something of that name: try the next one.
            }
        }
    }

    private static boolean isFolder(OpenFolder folder, EntryName name) throws IOException {
        FolderEntry entry = folder.entry(name);
        return entry != null && entry.kind() == FolderEntry.Kind.FOLDER;
    }
}
