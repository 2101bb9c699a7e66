package dev.sallyport.executor.sandbox.windows;

import dev.sallyport.executor.sandbox.SandboxLimits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** What a job holds all processes of a call to. */
final class JobLimits {
    /** Information class of {@link Structs#EXTENDED_LIMITS}. */
    static final int EXTENDED = 9;

    /** Information class of JOBOBJECT_BASIC_UI_RESTRICTIONS, a DWORD. */
    static final int USER_INTERFACE = 4;

    /** Information class of {@link Structs#ACCOUNTING}. */
    static final int ACCOUNTING = 1;

    /** Handles, clipboard, parameters, display, atoms, desktop, and the end of the session. */
    static final int NO_USER_INTERFACE = 0xff;

    private static final int LIMIT_JOB_TIME = 0x4;
    private static final int LIMIT_ACTIVE_PROCESS = 0x8;
    private static final int LIMIT_PROCESS_MEMORY = 0x100;
    private static final int LIMIT_JOB_MEMORY = 0x200;
    private static final int DIE_ON_UNHANDLED_EXCEPTION = 0x400;
    private static final int KILL_ON_JOB_CLOSE = 0x2000;

    /** Neither BREAKAWAY_OK nor SILENT_BREAKAWAY_OK: no process leaves the job. */
    static final int FLAGS = LIMIT_JOB_TIME
            | LIMIT_ACTIVE_PROCESS
            | LIMIT_PROCESS_MEMORY
            | LIMIT_JOB_MEMORY
            | DIE_ON_UNHANDLED_EXCEPTION
            | KILL_ON_JOB_CLOSE;

    /** In 100 ns, as Windows counts. */
    static final long TICKS_PER_MILLI = 10_000;

    private JobLimits() {}

    /** The structure for a call's limits. */
    static MemorySegment of(SandboxLimits limits, SegmentAllocator memory) {
        MemorySegment struct = memory.allocate(Structs.EXTENDED_LIMITS);
        set(struct, limits.cpuMillis() * TICKS_PER_MILLI, "BasicLimitInformation", "PerJobUserTimeLimit");
        set(struct, FLAGS, "BasicLimitInformation", "LimitFlags");
        set(struct, limits.processes(), "BasicLimitInformation", "ActiveProcessLimit");
        set(struct, limits.memoryBytes(), "ProcessMemoryLimit");
        set(struct, limits.memoryBytes(), "JobMemoryLimit");
        return struct;
    }

    /** Whether what was read back is what was asked for. */
    static boolean hold(MemorySegment struct, SandboxLimits limits) {
        return get(struct, "BasicLimitInformation", "LimitFlags") == FLAGS
                && get(struct, "BasicLimitInformation", "ActiveProcessLimit") == limits.processes()
                && get(struct, "BasicLimitInformation", "PerJobUserTimeLimit") == limits.cpuMillis() * TICKS_PER_MILLI
                && get(struct, "ProcessMemoryLimit") == limits.memoryBytes()
                && get(struct, "JobMemoryLimit") == limits.memoryBytes();
    }

    private static void set(MemorySegment struct, long value, String... path) {
        Structs.set(Structs.EXTENDED_LIMITS, struct, value, path);
    }

    static long get(MemorySegment struct, String... path) {
        return Structs.get(Structs.EXTENDED_LIMITS, struct, path);
    }
}
