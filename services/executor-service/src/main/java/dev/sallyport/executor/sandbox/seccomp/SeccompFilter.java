package dev.sallyport.executor.sandbox.seccomp;

import static dev.sallyport.executor.sandbox.seccomp.BpfProgram.JUMP_BITS;
import static dev.sallyport.executor.sandbox.seccomp.BpfProgram.JUMP_EQUAL;
import static dev.sallyport.executor.sandbox.seccomp.BpfProgram.JUMP_GREATER;
import static dev.sallyport.executor.sandbox.seccomp.BpfProgram.JUMP_GREATER_EQUAL;

/**
 * The system call filter of a tool.
 *
 * <p>A foreign architecture and the x32 ABI kill the process: their numbers mean other calls. Calls newer than this
 * table answer ENOSYS, as an older kernel would. clone3 and openat2 answer ENOSYS as well, because their flags lie in
 * memory that a filter cannot read; programs then use clone and openat, whose flags are looked at here.
 */
public final class SeccompFilter {
    static final int ALLOW = 0x7fff0000;
    static final int KILL_PROCESS = 0x80000000;
    static final int EPERM = 0x00050000 | 1;
    static final int ENOSYS = 0x00050000 | 38;

    /** Numbers above this one are unknown here (mseal, Linux 6.10). */
    static final int LAST_KNOWN = 462;

    private static final int X32_BIT = 0x40000000;
    private static final int NR = 0;
    private static final int ARCH = 4;
    private static final int ARGUMENTS = 16;

    /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
    private static final int NAMESPACE_FLAGS = 0x7E020000;

    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int S_ISUID = 04000;
    private static final int S_ISGID = 02000;
    private static final int O_CREAT = 0100;
    private static final int O_TMPFILE = 020000000;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_NONBLOCK = 04000;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int PRIO_PROCESS = 0;
    private static final int IOPRIO_WHO_PROCESS = 1;
    private static final int F_SETOWN = 8;
    private static final int F_SETOWN_EX = 15;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;
    private static final int FIOSETOWN = 0x8901;
    private static final int SIOCSPGRP = 0x8902;
    private static final int FS_IOC_SETFLAGS = 0x40086602;
    private static final int FS_IOC_FSSETXATTR = 0x401C5820;

    private SeccompFilter() {}

    /** Sockets that a tool of tier C may make: those of AF_UNIX, and what is said here. */
    public enum Sockets {
        /** No others. */
        LOCAL,
        /** Streams of the internet families. */
        STREAMS,
        /** All of the internet families, and AF_NETLINK. */
        INTERNET
    }

    /** The same with all sockets of the internet families, or with none of them. */
    public static byte[] forTool(Architecture architecture, boolean network, boolean memoryHeld) {
        return forTool(architecture, network ? Sockets.INTERNET : Sockets.LOCAL, memoryHeld);
    }

    /**
     * The filter's bytes, an array of struct sock_filter as {@code bwrap --seccomp} reads it.
     *
     * @param sockets which may be made
     * @param memoryHeld whether a cgroup bounds the memory of all the tool's processes together; if none does, memory
     *     that belongs to no process is refused
     */
    public static byte[] forTool(Architecture architecture, Sockets sockets, boolean memoryHeld) {
        BpfProgram program = beginning(architecture, memoryHeld);
        always(program, architecture);
        socket(program, architecture, sockets);
        program.answer(ALLOW);
        return program.bytes();
    }

    /**
     * The filter of a tool that shares the host's namespaces: what would reach beyond it is refused here. That is any
     * socket but those of the internet families, and a datagram socket also as one of a pair, since sendmsg(2) takes
     * another address than its peer's, which lies in memory.
     */
    public static byte[] forToolOnHost(Architecture architecture, SharedHost host) {
        BpfProgram program = beginning(architecture, host.memoryHeld());
        for (SharedHostCall call : SharedHostCall.values()) {
            int number = call.number(architecture);
            if (number >= 0 && call.isRefused(host)) {
                program.nextIf(JUMP_EQUAL, number).answer(EPERM);
            }
        }
        if (host.confined()) {
            // Attributes of a file that was opened to read it.
            refuseIoctls(program, architecture, FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR);
        }
        if (!host.signalsScoped()) {
            // Who is sent a signal when a socket can be read, as by fcntl below.
            refuseIoctls(program, architecture, FIOSETOWN, SIOCSPGRP);
        }
        always(program, architecture);
        // utimensat without a path: of a descriptor.
        program.skipUnless(JUMP_EQUAL, number(architecture, 280, 88), 7)
                .load(argument(1))
                .skipIf(JUMP_EQUAL, 0)
                .answer(EPERM)
                .load(argument(1) + 4)
                .skipIf(JUMP_EQUAL, 0)
                .answer(EPERM)
                .answer(ALLOW);
        if (!host.signalsScoped()) {
            // fcntl: who is sent a signal when something can be read.
            program.skipUnless(JUMP_EQUAL, number(architecture, 72, 25), 6)
                    .load(argument(1))
                    .nextIf(JUMP_EQUAL, F_SETOWN)
                    .answer(EPERM)
                    .nextIf(JUMP_EQUAL, F_SETOWN_EX)
                    .answer(EPERM)
                    .answer(ALLOW);
        }
        socketOnHost(program, architecture, host.network());
        program.answer(ALLOW);
        return program.bytes();
    }

    /** Others are looked at by what follows. */
    private static void refuseIoctls(BpfProgram program, Architecture architecture, int... requests) {
        program.skipUnless(JUMP_EQUAL, number(architecture, 16, 29), 2 * requests.length + 2)
                .load(argument(1));
        for (int request : requests) {
            program.nextIf(JUMP_EQUAL, request).answer(EPERM);
        }
        program.load(NR);
    }

    /** Refuses a call unless its first arguments have these values. */
    private static void onlyWith(BpfProgram program, int call, int... values) {
        program.skipUnless(JUMP_EQUAL, call, 3 * values.length + 1);
        for (int index = 0; index < values.length; index++) {
            program.load(argument(index)).skipIf(JUMP_EQUAL, values[index]).answer(EPERM);
        }
        program.answer(ALLOW);
    }

    private static void socketOnHost(BpfProgram program, Architecture architecture, boolean network) {
        int socket = number(architecture, 41, 198);
        if (network) {
            program.skipUnless(JUMP_EQUAL, socket, 6)
                    .load(argument(0))
                    .nextIf(JUMP_EQUAL, AF_INET)
                    .answer(ALLOW)
                    .nextIf(JUMP_EQUAL, AF_INET6)
                    .answer(ALLOW)
                    .answer(EPERM);
        } else {
            program.nextIf(JUMP_EQUAL, socket).answer(EPERM);
        }
        int flags = 4;
        program.skipUnless(JUMP_EQUAL, socketpair(architecture), 5 + 4 * flags)
                .load(argument(0))
                .skipIf(JUMP_EQUAL, AF_UNIX)
                .answer(EPERM)
                .load(argument(1));
        for (int type : new int[] {SOCK_STREAM, SOCK_SEQPACKET}) {
            for (int flag : new int[] {0, SOCK_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC}) {
                program.nextIf(JUMP_EQUAL, type | flag).answer(ALLOW);
            }
        }
        program.answer(EPERM);
    }

    private static BpfProgram beginning(Architecture architecture, boolean memoryHeld) {
        BpfProgram program = new BpfProgram();
        program.load(ARCH).skipIf(JUMP_EQUAL, architecture.auditArch()).answer(KILL_PROCESS);
        program.load(NR);
        if (architecture == Architecture.X86_64) {
            program.nextIf(JUMP_GREATER_EQUAL, X32_BIT).answer(KILL_PROCESS);
        }
        program.nextIf(JUMP_GREATER, LAST_KNOWN).answer(ENOSYS);
        for (RefusedCall call : RefusedCall.values()) {
            int number = call.number(architecture);
            if (number >= 0 && call.isRefused(memoryHeld)) {
                program.nextIf(JUMP_EQUAL, number).answer(EPERM);
            }
        }
        return program;
    }

    /** What is looked at by its arguments for every tool. */
    private static void always(BpfProgram program, Architecture architecture) {
        program.nextIf(JUMP_EQUAL, number(architecture, 435, 435)).answer(ENOSYS);
        program.nextIf(JUMP_EQUAL, number(architecture, 437, 437)).answer(ENOSYS);
        program.skipUnless(JUMP_EQUAL, number(architecture, 56, 220), 4)
                .load(argument(0))
                .nextIf(JUMP_BITS, NAMESPACE_FLAGS)
                .answer(EPERM)
                .answer(ALLOW);
        program.skipUnless(JUMP_EQUAL, number(architecture, 16, 29), 6)
                .load(argument(1))
                .nextIf(JUMP_EQUAL, TIOCSTI)
                .answer(EPERM)
                .nextIf(JUMP_EQUAL, TIOCLINUX)
                .answer(EPERM)
                .answer(ALLOW);
        // personality(0) and the query 0xffffffff are harmless; others switch off address randomisation or the ABI.
        program.skipUnless(JUMP_EQUAL, number(architecture, 135, 92), 6)
                .load(argument(0))
                .nextIf(JUMP_EQUAL, 0)
                .answer(ALLOW)
                .nextIf(JUMP_EQUAL, -1)
                .answer(ALLOW)
                .answer(EPERM);
        // Scheduling of oneself only: the first process of the sandbox has the same uid, and one that never gets the
        // processor again ends nobody.
        int[] ofOneself = {
            number(architecture, 142, 118), // sched_setparam
            number(architecture, 144, 119), // sched_setscheduler
            number(architecture, 203, 122), // sched_setaffinity
            number(architecture, 314, 274) // sched_setattr
        };
        for (int number : ofOneself) {
            onlyWith(program, number, 0);
        }
        onlyWith(program, number(architecture, 141, 140), PRIO_PROCESS, 0); // setpriority
        onlyWith(program, number(architecture, 251, 30), IOPRIO_WHO_PROCESS, 0); // ioprio_set
        // prlimit64 of oneself only: the first process of the sandbox has the same uid.
        program.skipUnless(JUMP_EQUAL, number(architecture, 302, 261), 4)
                .load(argument(0))
                .nextIf(JUMP_EQUAL, 0)
                .answer(ALLOW)
                .answer(EPERM);
        setuidFiles(program, architecture);
    }

    /**
     * No file becomes setuid or setgid: the workspace lies on the host, where another user could run it as the tools'
     * user. By chmod, or as it is made.
     */
    private static void setuidFiles(BpfProgram program, Architecture architecture) {
        for (ModeArgument call : ModeArgument.values()) {
            int number = call.number(architecture);
            if (number < 0) {
                continue;
            }
            if (call.flags < 0) {
                program.skipUnless(JUMP_EQUAL, number, 4);
            } else {
                // The mode counts only for a file that is made.
                program.skipUnless(JUMP_EQUAL, number, 7)
                        .load(argument(call.flags))
                        .skipIf(JUMP_BITS, O_CREAT | O_TMPFILE)
                        .answer(ALLOW);
            }
            program.load(argument(call.mode))
                    .nextIf(JUMP_BITS, S_ISUID | S_ISGID)
                    .answer(EPERM)
                    .answer(ALLOW);
        }
    }

    /** System calls with a file mode, with the positions of the mode and of the flags of open(2), -1 for none. */
    private enum ModeArgument {
        CHMOD(90, -1, 1, -1),
        FCHMOD(91, 52, 1, -1),
        FCHMODAT(268, 53, 2, -1),
        FCHMODAT2(452, 452, 2, -1),
        OPEN(2, -1, 2, 1),
        OPENAT(257, 56, 3, 2),
        CREAT(85, -1, 1, -1),
        MKNOD(133, -1, 1, -1),
        MKNODAT(259, 33, 2, -1);

        private final int x8664;
        private final int aarch64;
        private final int mode;
        private final int flags;

        ModeArgument(int x8664, int aarch64, int mode, int flags) {
            this.x8664 = x8664;
            this.aarch64 = aarch64;
            this.mode = mode;
            this.flags = flags;
        }

        int number(Architecture architecture) {
            return SeccompFilter.number(architecture, x8664, aarch64);
        }
    }

    private static void socket(BpfProgram program, Architecture architecture, Sockets sockets) {
        // Pairs of another family (TIPC) are made by code that no tool needs.
        program.skipUnless(JUMP_EQUAL, socketpair(architecture), 4)
                .load(argument(0))
                .nextIf(JUMP_EQUAL, AF_UNIX)
                .answer(ALLOW)
                .answer(EPERM);
        int number = number(architecture, 41, 198);
        if (sockets == Sockets.STREAMS) {
            int ofOneFamily = 10;
            program.skipUnless(JUMP_EQUAL, number, 4 + 2 * (1 + ofOneFamily))
                    .load(argument(0))
                    .nextIf(JUMP_EQUAL, AF_UNIX)
                    .answer(ALLOW);
            for (int family : new int[] {AF_INET, AF_INET6}) {
                program.skipUnless(JUMP_EQUAL, family, ofOneFamily).load(argument(1));
                for (int flag : new int[] {0, SOCK_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC}) {
                    program.nextIf(JUMP_EQUAL, SOCK_STREAM | flag).answer(ALLOW);
                }
                program.answer(EPERM);
            }
            program.answer(EPERM);
            return;
        }
        if (sockets == Sockets.LOCAL) {
            program.skipUnless(JUMP_EQUAL, number, 4)
                    .load(argument(0))
                    .nextIf(JUMP_EQUAL, AF_UNIX)
                    .answer(ALLOW)
                    .answer(EPERM);
            return;
        }
        program.skipUnless(JUMP_EQUAL, number, 10)
                .load(argument(0))
                .nextIf(JUMP_EQUAL, AF_UNIX)
                .answer(ALLOW)
                .nextIf(JUMP_EQUAL, AF_INET)
                .answer(ALLOW)
                .nextIf(JUMP_EQUAL, AF_INET6)
                .answer(ALLOW)
                .nextIf(JUMP_EQUAL, AF_NETLINK)
                .answer(ALLOW)
                .answer(EPERM);
    }

    private static int socketpair(Architecture architecture) {
        return number(architecture, 53, 199);
    }

    private static int argument(int index) {
        return ARGUMENTS + 8 * index;
    }

    private static int number(Architecture architecture, int x8664, int aarch64) {
        return switch (architecture) {
            case X86_64 -> x8664;
            case AARCH64 -> aarch64;
        };
    }
}
