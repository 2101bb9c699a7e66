package dev.sallyport.executor.sandbox.protect;

import dev.sallyport.executor.platform.EntryName;
import java.nio.ByteBuffer;
import java.util.Map;

/** What lay under a protected name, so that it can be compared and put back. */
sealed interface Saved {
    /** A file with its permissions. */
    record File(int mode, ByteBuffer content) implements Saved {}

    /** A folder with its permissions. */
    record Folder(int mode, Map<EntryName, Saved> entries) implements Saved {
        /** Copies the map. */
        public Folder {
            entries = Map.copyOf(entries);
        }
    }

    /** A symbolic link. */
    record Link(ByteBuffer target) implements Saved {}

    /** Something that is never put back: a fifo, a file that also has a name elsewhere, what is too large or deep. */
    record Other(String what) implements Saved {
        /** A folder with more than can be looked at. */
        static final Other TOO_MANY = new Other("too many");
    }
}
