package dev.sallyport.executor.sandbox.seccomp;

/**
 * System calls that reach beyond a tool which shares the host's namespaces, with their numbers (asm/unistd_64.h,
 * asm-generic/unistd.h). -1: does not exist on that architecture. In a sandbox with namespaces of its own they reach
 * nothing.
 */
enum SharedHostCall {
    // System V and POSIX message queues, semaphores and shared memory: one table for the whole host
    SHMGET(29, 194, Unless.NEVER),
    SHMAT(30, 196, Unless.NEVER),
    SHMCTL(31, 195, Unless.NEVER),
    SEMGET(64, 190, Unless.NEVER),
    SEMOP(65, 193, Unless.NEVER),
    SEMCTL(66, 191, Unless.NEVER),
    SEMTIMEDOP(220, 192, Unless.NEVER),
    MSGGET(68, 186, Unless.NEVER),
    MSGSND(69, 189, Unless.NEVER),
    MSGRCV(70, 188, Unless.NEVER),
    MSGCTL(71, 187, Unless.NEVER),
    MQ_OPEN(240, 180, Unless.NEVER),
    MQ_UNLINK(241, 181, Unless.NEVER),
    // watches what happens to files that Landlock does not let it open
    INOTIFY_ADD_WATCH(254, 27, Unless.NEVER),
    // ends what a process that is ending still holds
    PROCESS_MRELEASE(448, 448, Unless.NEVER),
    // Landlock knows no access for owner, mode, times and attributes. By a path they reach every file of the user, so
    // those of other sessions' workspaces. By a descriptor they reach what could be opened: of a confined tool's
    // workspace to read it only.
    CHMOD(90, -1, Unless.NEVER),
    FCHMODAT(268, 53, Unless.NEVER),
    FCHMODAT2(452, 452, Unless.NEVER),
    CHOWN(92, -1, Unless.NEVER),
    LCHOWN(94, -1, Unless.NEVER),
    FCHOWNAT(260, 54, Unless.NEVER),
    UTIME(132, -1, Unless.NEVER),
    UTIMES(235, -1, Unless.NEVER),
    FUTIMESAT(261, -1, Unless.NEVER),
    SETXATTR(188, 5, Unless.NEVER),
    LSETXATTR(189, 6, Unless.NEVER),
    REMOVEXATTR(197, 14, Unless.NEVER),
    LREMOVEXATTR(198, 15, Unless.NEVER),
    FCHMOD(91, 52, Unless.WRITABLE),
    FCHOWN(93, 55, Unless.WRITABLE),
    FSETXATTR(190, 7, Unless.WRITABLE),
    FREMOVEXATTR(199, 16, Unless.WRITABLE),
    UTIMENSAT(280, 88, Unless.WRITABLE),
    // an older Landlock lets signals out
    KILL(62, 129, Unless.SIGNALS_SCOPED),
    TKILL(200, 130, Unless.SIGNALS_SCOPED),
    TGKILL(234, 131, Unless.SIGNALS_SCOPED),
    RT_SIGQUEUEINFO(129, 138, Unless.SIGNALS_SCOPED),
    RT_TGSIGQUEUEINFO(297, 240, Unless.SIGNALS_SCOPED),
    PIDFD_SEND_SIGNAL(424, 424, Unless.SIGNALS_SCOPED);

    /** What makes a call harmless. */
    enum Unless {
        /** Nothing does. */
        NEVER,
        /** The tool may write to its workspace. */
        WRITABLE,
        /** Landlock keeps signals in the tool's domain. */
        SIGNALS_SCOPED
    }

    private final int x8664;
    private final int aarch64;
    private final Unless unless;

    SharedHostCall(int x8664, int aarch64, Unless unless) {
        this.x8664 = x8664;
        this.aarch64 = aarch64;
        this.unless = unless;
    }

    boolean isRefused(SharedHost host) {
        return switch (unless) {
            case NEVER -> true;
            case WRITABLE -> host.confined();
            case SIGNALS_SCOPED -> !host.signalsScoped();
        };
    }

    int number(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> x8664;
            case AARCH64 -> aarch64;
        };
    }
}
