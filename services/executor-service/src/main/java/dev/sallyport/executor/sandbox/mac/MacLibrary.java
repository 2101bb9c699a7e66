package dev.sallyport.executor.sandbox.mac;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.OptionalLong;

/**
 * The functions of libSystem by which a program is started with exactly the descriptors that it is given, looked at and
 * ended. Java's own way to start one hands over no fourth descriptor.
 */
@SuppressWarnings("restricted")
final class MacLibrary {
    /** {@code struct rusage_info_v0} (sys/resource.h). */
    static final StructLayout RUSAGE = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(2, JAVA_LONG).withName("ri_uuid"),
            JAVA_LONG.withName("ri_user_time"),
            JAVA_LONG.withName("ri_system_time"),
            JAVA_LONG.withName("ri_pkg_idle_wkups"),
            JAVA_LONG.withName("ri_interrupt_wkups"),
            JAVA_LONG.withName("ri_pageins"),
            JAVA_LONG.withName("ri_wired_size"),
            JAVA_LONG.withName("ri_resident_size"),
            JAVA_LONG.withName("ri_phys_footprint"),
            JAVA_LONG.withName("ri_proc_start_abstime"),
            JAVA_LONG.withName("ri_proc_exit_abstime"));

    /** POSIX_SPAWN_SETSIGDEF, SETSIGMASK, SETSID and Apple's CLOEXEC_DEFAULT (spawn.h). */
    static final short SPAWN_FLAGS = 0x0004 | 0x0008 | 0x0400 | 0x4000;

    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int SIGKILL = 9;
    private static final int ALL_SIGNALS = -1;

    /** SANDBOX_FILTER_NONE, SANDBOX_FILTER_PATH, and the flag that keeps a refusal out of the system's log (sandbox.h). */
    private static final int FILTER_NONE = 0;

    private static final int FILTER_PATH = 1;
    private static final int NO_REPORT = 0x40000000;

    private final MethodHandle pipe = function("pipe", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private final MethodHandle fcntl = function(
            "fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private final MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private final MethodHandle kill = function("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private final MethodHandle waitpid =
            function("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private final MethodHandle spawn = function(
            "posix_spawn", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private final MethodHandle actionsInit = function("posix_spawn_file_actions_init", pointer());
    private final MethodHandle actionsDup2 =
            function("posix_spawn_file_actions_adddup2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private final MethodHandle actionsFolder =
            function("posix_spawn_file_actions_addchdir_np", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private final MethodHandle actionsDestroy = function("posix_spawn_file_actions_destroy", pointer());
    private final MethodHandle attributesInit = function("posix_spawnattr_init", pointer());
    private final MethodHandle attributesFlags =
            function("posix_spawnattr_setflags", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_SHORT));
    private final MethodHandle attributesDefault =
            function("posix_spawnattr_setsigdefault", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private final MethodHandle attributesMask =
            function("posix_spawnattr_setsigmask", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    private final MethodHandle attributesDestroy = function("posix_spawnattr_destroy", pointer());
    private final MethodHandle sandboxed =
            function("sandbox_check", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private final MethodHandle mayTouch = function(
            "sandbox_check",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS),
            Linker.Option.firstVariadicArg(3));
    private final MethodHandle usage =
            function("proc_pid_rusage", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

    private static FunctionDescriptor pointer() {
        return FunctionDescriptor.of(JAVA_INT, ADDRESS);
    }

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void mustBeZero(String what, int result) throws IOException {
        if (result != 0) {
            throw new IOException(what + ": error " + result);
        }
    }

    /** The end to read from and the end to write to. No program that is started gets one unless it is given it. */
    int[] pipe() throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment two = memory.allocate(JAVA_INT, 2);
            mustBeZero("pipe", call(pipe, two));
            int[] made = {two.getAtIndex(JAVA_INT, 0), two.getAtIndex(JAVA_INT, 1)};
            for (int each : made) {
                call(fcntl, each, F_SETFD, FD_CLOEXEC);
            }
            return made;
        }
    }

    /** Tried once: its number may already be another's. */
    void close(int descriptor) {
        call(close, descriptor);
    }

    /**
     * Starts a program in a session of its own; answers its pid.
     *
     * @param descriptors of this process, which become 0, 1, 2 and so on of the program; it has no others
     */
    int spawn(SeatbeltLaunch launch, List<Integer> descriptors) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment actions = memory.allocate(ADDRESS);
            MemorySegment attributes = memory.allocate(ADDRESS);
            MemorySegment pid = memory.allocate(JAVA_INT);
            MemorySegment signals = memory.allocate(JAVA_INT);
            mustBeZero("posix_spawn_file_actions_init", call(actionsInit, actions));
            mustBeZero("posix_spawnattr_init", call(attributesInit, attributes));
            try {
                for (int each = 0; each < descriptors.size(); each++) {
                    mustBeZero("adddup2", call(actionsDup2, actions, descriptors.get(each), each));
                }
                mustBeZero(
                        "addchdir",
                        call(
                                actionsFolder,
                                actions,
                                memory.allocateFrom(launch.folder().toString())));
                mustBeZero("setsigmask", call(attributesMask, attributes, signals));
                signals.set(JAVA_INT, 0, ALL_SIGNALS);
                mustBeZero("setsigdefault", call(attributesDefault, attributes, signals));
                mustBeZero("setflags", call(attributesFlags, attributes, SPAWN_FLAGS));
                List<String> environment = launch.environment().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList();
                mustBeZero(
                        "posix_spawn",
                        call(
                                spawn,
                                pid,
                                memory.allocateFrom(launch.command().getFirst()),
                                actions,
                                attributes,
                                strings(memory, launch.command()),
                                strings(memory, environment)));
                return pid.get(JAVA_INT, 0);
            } finally {
                call(attributesDestroy, attributes);
                call(actionsDestroy, actions);
            }
        }
    }

    /** An array of strings that NULL ends. */
    private static MemorySegment strings(Arena memory, List<String> strings) {
        MemorySegment array = memory.allocate(ADDRESS, strings.size() + 1L);
        for (int each = 0; each < strings.size(); each++) {
            array.setAtIndex(ADDRESS, each, memory.allocateFrom(strings.get(each)));
        }
        return array;
    }

    /** Waits for the end of a child; its status as wait(2) has it. No virtual thread may call it. */
    int await(int pid) {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment status = memory.allocate(JAVA_INT);
            int ended = call(waitpid, pid, status, 0);
            while (ended != pid && ProcessHandle.of(pid).isPresent()) {
                ended = call(waitpid, pid, status, 0);
            }
            return status.get(JAVA_INT, 0);
        }
    }

    void kill(long pid) {
        call(kill, (int) pid, SIGKILL);
    }

    /** Whether a profile is in force for that process. */
    boolean isSandboxed(long pid) {
        return call(sandboxed, (int) pid, MemorySegment.NULL, FILTER_NONE) == 1;
    }

    /** Whether the kernel would let that process do that with the file. */
    boolean mayDo(long pid, String operation, String path) {
        try (Arena memory = Arena.ofConfined()) {
            return call(
                            mayTouch,
                            (int) pid,
                            memory.allocateFrom(operation),
                            FILTER_PATH | NO_REPORT,
                            memory.allocateFrom(path))
                    == 0;
        }
    }

    /** What of the memory is that process' alone, in bytes; empty when it has ended. */
    OptionalLong footprint(long pid) {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment info = memory.allocate(RUSAGE);
            long at = RUSAGE.byteOffset(MemoryLayout.PathElement.groupElement("ri_phys_footprint"));
            return call(usage, (int) pid, 0, info) == 0
                    ? OptionalLong.of(info.get(JAVA_LONG, at))
                    : OptionalLong.empty();
        }
    }
}
