package dev.sallyport.executor.platform;

import java.io.IOException;

/** What is to be opened as a file is no regular file with a single name. */
public final class NotPlainFileException extends IOException {
    /** What it is instead. */
    public enum What {
        /** A symbolic link. */
        LINK,
        /** A folder, a fifo, a socket or a device. */
        NO_FILE,
        /** A file that has a second name, which may lie anywhere on the same file system. */
        SHARED
    }

    private final What what;

    NotPlainFileException(What what) {
        super(what.name());
        this.what = what;
    }

    /** What it is instead. */
    public What what() {
        return what;
    }
}
