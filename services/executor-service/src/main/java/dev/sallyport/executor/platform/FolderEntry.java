package dev.sallyport.executor.platform;

/**
 * What an entry of a folder is.
 *
 * @param size its length in bytes
 * @param room what it takes on the disk, in bytes: more than its length where a program has set room aside, less where
 *     it has holes
 * @param names how many names in how many folders it has
 * @param mode its permissions, as chmod(2) takes them
 */
public record FolderEntry(Kind kind, long size, long room, long names, int mode) {
    /** Kinds of entries. */
    public enum Kind {
        /** A regular file. */
        FILE,
        /** A folder. */
        FOLDER,
        /** A symbolic link. */
        LINK,
        /** A fifo, a socket or a device. */
        SPECIAL
    }

    /** What it counts against a quota: its length or its room, whichever is more. */
    long weight() {
        return Math.max(size, room);
    }
}
