package dev.sallyport.executor.platform;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is held open. Its entries are reached through the handle and never through a link, so that whoever
 * moves the folder or swaps something on the way to it changes nothing. Nothing here waits for another process: a fifo
 * that was put in a file's place is seen as one, after it was opened.
 *
 * <p>Failures are {@link java.nio.file.NoSuchFileException}, {@link java.nio.file.FileAlreadyExistsException}, {@link
 * java.nio.file.AccessDeniedException}, {@link java.nio.file.NotDirectoryException}, {@link
 * java.nio.file.DirectoryNotEmptyException}, {@link NotPlainFileException}, and other {@link IOException}s.
 */
public interface OpenFolder extends Closeable {
    /** The entries' names, without {@code .} and {@code ..}; at most {@code most} and one more. */
    List<EntryName> names(int most) throws IOException;

    /** What an entry is, a link itself included; null if there is none of that name. */
    @Nullable
    FolderEntry entry(EntryName name) throws IOException;

    /** Opens a folder in this one. */
    OpenFolder folder(EntryName name) throws IOException;

    /** Opens a file to read it. */
    OpenFile reader(EntryName name) throws IOException;

    /** Opens a file that is there to write it. */
    OpenFile writer(EntryName name) throws IOException;

    /**
     * Makes a file for its owner alone; there must be nothing of that name.
     *
     * @param owner whose it becomes, null for this process's user
     */
    OpenFile create(EntryName name, @Nullable ToolUser owner) throws IOException;

    /**
     * Makes a folder and opens it; there must be nothing of that name.
     *
     * @param owner whose it becomes, null for this process's user
     */
    OpenFolder createFolder(EntryName name, @Nullable ToolUser owner) throws IOException;

    /** Sets the permissions of this folder, as chmod(2) takes them. */
    void permit(int mode) throws IOException;

    /** Where a symbolic link leads, as its bytes. */
    byte[] linkTarget(EntryName name) throws IOException;

    /**
     * Makes a symbolic link; there must be nothing of that name.
     *
     * @param owner whose it becomes, null for this process's user
     */
    void createLink(EntryName name, byte[] target, @Nullable ToolUser owner) throws IOException;

    /** Removes whatever has that name, a folder with all that is in it. Nothing else may work in it meanwhile. */
    void removeAll(EntryName name) throws IOException;

    /** Removes what is no folder. */
    void remove(EntryName name) throws IOException;

    /** Removes a folder that is empty. */
    void removeFolder(EntryName name) throws IOException;

    /** Moves an entry to another folder of the same file system. */
    void move(EntryName name, OpenFolder target, EntryName as) throws IOException;

    /** Lets the owner of a folder in this one list, enter and change it, and nobody else. */
    void unlock(EntryName name) throws IOException;
}
