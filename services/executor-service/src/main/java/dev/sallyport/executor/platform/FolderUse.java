package dev.sallyport.executor.platform;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies in a folder and below it. Counted through open folders, so that neither links nor long paths lead astray;
 * what cannot be looked into counts as too much, else a program would put everything there.
 *
 * @param bytes of all files, the length or the room of each, whichever is more; up to the excess
 * @param entries files, folders, links and everything else; up to the excess
 * @param excess the bound that is exceeded, null if none is
 */
public record FolderUse(long bytes, int entries, @Nullable Excess excess) {
    /** Bounds that can be exceeded. */
    public enum Excess {
        /** More bytes. */
        BYTES,
        /** More files and folders. */
        ENTRIES,
        /** Folders nested deeper. */
        DEPTH,
        /** A folder that cannot be listed or entered. */
        HIDDEN
    }

    /**
     * What may lie there.
     *
     * @param depth how many folders may be nested; as many descriptors are held while it is counted
     */
    public record Bounds(long bytes, int entries, int depth) {}

    /** Counts until all is seen or a bound is exceeded. */
    public static FolderUse of(OpenFolder folder, Bounds bounds) throws IOException {
        Count count = new Count(bounds);
        count.within(folder, 0);
        return new FolderUse(count.bytes, count.entries, count.excess);
    }

    private static final class Count {
        private final Bounds bounds;
        private long bytes;
        private int entries;
        private @Nullable Excess excess;

        Count(Bounds bounds) {
            this.bounds = bounds;
        }

        void within(OpenFolder folder, int depth) throws IOException {
            List<EntryName> names = folder.names(bounds.entries() - entries);
            if (names.size() > bounds.entries() - entries) {
                excess = Excess.ENTRIES;
                return;
            }
            for (EntryName name : names) {
                try {
                    entry(folder, name, depth);
                } catch (AccessDeniedException _) {
                    excess = Excess.HIDDEN;
                } catch (NoSuchFileException | NotDirectoryException | NotPlainFileException _) {
                    // Files come and go while tools run; when they have ended it is counted again.
                }
                if (excess != null) {
                    return;
                }
            }
        }

        private void entry(OpenFolder folder, EntryName name, int depth) throws IOException {
            FolderEntry entry = folder.entry(name);
            if (entry == null) {
                return;
            }
            entries++;
            if (entry.weight() > bounds.bytes() - bytes) {
                excess = Excess.BYTES;
            } else if (entry.kind() == FolderEntry.Kind.FOLDER && depth == bounds.depth()) {
                excess = Excess.DEPTH;
            } else {
                bytes += entry.weight();
                if (entry.kind() == FolderEntry.Kind.FOLDER) {
                    try (OpenFolder next = folder.folder(name)) {
                        within(next, depth + 1);
                    }
                }
            }
        }
    }
}
