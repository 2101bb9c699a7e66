package dev.sallyport.executor.sandbox.landlock;

/** Bits of {@code LANDLOCK_ACCESS_FS_*} (linux/landlock.h), and what rules grant. */
final class FileAccess {
    static final long EXECUTE = 1;
    static final long WRITE_FILE = 1 << 1;
    static final long READ_FILE = 1 << 2;
    static final long READ_FOLDER = 1 << 3;
    static final long REMOVE_FOLDER = 1 << 4;
    static final long REMOVE_FILE = 1 << 5;
    static final long MAKE_FOLDER = 1 << 7;
    static final long MAKE_FILE = 1 << 8;
    static final long MAKE_FIFO = 1 << 10;
    static final long MAKE_LINK = 1 << 12;
    static final long REFER = 1 << 13;
    static final long TRUNCATE = 1 << 14;
    static final long IOCTL_DEVICE = 1 << 15;

    /** Programs and libraries. */
    static final long RUN = EXECUTE | READ_FILE | READ_FOLDER;

    /** A workspace: everything but devices and sockets. */
    static final long WORK = RUN
            | WRITE_FILE
            | REMOVE_FOLDER
            | REMOVE_FILE
            | MAKE_FOLDER
            | MAKE_FILE
            | MAKE_FIFO
            | MAKE_LINK
            | REFER
            | TRUNCATE;

    private FileAccess() {}
}
