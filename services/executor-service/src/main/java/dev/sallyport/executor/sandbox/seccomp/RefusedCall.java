package dev.sallyport.executor.sandbox.seccomp;

/**
 * System calls that tools may not make, with their numbers (asm/unistd_64.h, asm-generic/unistd.h). -1: does not exist on
 * that architecture.
 */
enum RefusedCall {
    // keyrings are not namespaced
    ADD_KEY(248, 217),
    REQUEST_KEY(249, 218),
    KEYCTL(250, 219),
    // reach into other processes
    PTRACE(101, 117),
    PROCESS_VM_READV(310, 270),
    PROCESS_VM_WRITEV(311, 271),
    PROCESS_MADVISE(440, 440),
    PIDFD_GETFD(438, 438),
    KCMP(312, 272),
    // large kernel surface, io_uring also opens sockets unseen by a filter
    PERF_EVENT_OPEN(298, 241),
    BPF(321, 280),
    USERFAULTFD(323, 282),
    IO_URING_SETUP(425, 425),
    IO_URING_ENTER(426, 426),
    IO_URING_REGISTER(427, 427),
    MEMFD_SECRET(447, 447),
    // change or list the file system view
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    PIVOT_ROOT(155, 41),
    CHROOT(161, 51),
    MOVE_MOUNT(429, 429),
    OPEN_TREE(428, 428),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    FSPICK(433, 433),
    MOUNT_SETATTR(442, 442),
    STATMOUNT(457, 457),
    LISTMOUNT(458, 458),
    // nested namespaces
    UNSHARE(272, 97),
    SETNS(308, 268),
    // files by handle, around the mount view
    NAME_TO_HANDLE_AT(303, 264),
    OPEN_BY_HANDLE_AT(304, 265),
    // the kernel itself
    INIT_MODULE(175, 105),
    FINIT_MODULE(313, 273),
    DELETE_MODULE(176, 106),
    CREATE_MODULE(174, -1),
    GET_KERNEL_SYMS(177, -1),
    QUERY_MODULE(178, -1),
    KEXEC_LOAD(246, 104),
    KEXEC_FILE_LOAD(320, 294),
    REBOOT(169, 142),
    // the machine
    SWAPON(167, 224),
    SWAPOFF(168, 225),
    ACCT(163, 89),
    QUOTACTL(179, 60),
    QUOTACTL_FD(443, 443),
    SYSLOG(103, 116),
    SETHOSTNAME(170, 161),
    SETDOMAINNAME(171, 162),
    VHANGUP(153, 58),
    IOPL(172, -1),
    IOPERM(173, -1),
    MODIFY_LDT(154, -1),
    // the clock
    SETTIMEOFDAY(164, 170),
    CLOCK_SETTIME(227, 112),
    ADJTIMEX(159, 171),
    CLOCK_ADJTIME(305, 266),
    // what no tool needs
    MIGRATE_PAGES(256, 238),
    MOVE_PAGES(279, 239),
    FANOTIFY_INIT(300, 262),
    LSM_GET_SELF_ATTR(459, 459),
    LSM_SET_SELF_ATTR(460, 460),
    LSM_LIST_MODULES(461, 461),
    // relics
    NFSSERVCTL(180, 42),
    LOOKUP_DCOOKIE(212, 18),
    USELIB(134, -1),
    SYSCTL(156, -1),
    USTAT(136, -1),
    SYSFS(139, -1),
    VSERVER(236, -1),
    AFS_SYSCALL(183, -1),
    GETPMSG(181, -1),
    PUTPMSG(182, -1),
    TUXCALL(184, -1),
    SECURITY(185, -1),
    // memory that is in no process's address space: refused only where no cgroup counts it
    MEMFD_CREATE(319, 279, true),
    SHMGET(29, 194, true);

    private final int x8664;
    private final int aarch64;
    private final boolean unlessMemoryHeld;

    RefusedCall(int x8664, int aarch64) {
        this(x8664, aarch64, false);
    }

    RefusedCall(int x8664, int aarch64, boolean unlessMemoryHeld) {
        this.x8664 = x8664;
        this.aarch64 = aarch64;
        this.unlessMemoryHeld = unlessMemoryHeld;
    }

    /** Whether a tool is refused it. */
    boolean isRefused(boolean memoryHeld) {
        return !unlessMemoryHeld || !memoryHeld;
    }

    int number(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> x8664;
            case AARCH64 -> aarch64;
        };
    }
}
