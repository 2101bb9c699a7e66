package dev.sallyport.executor.sandbox.windows;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.windows.Win32.Answer;
import dev.sallyport.executor.sandbox.windows.Win32.Function;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a program that waits: in a container of its workspace's own, by a token without privileges, in a job from its
 * first moment on, with three handles and no other. What holds it is read back before it is let go.
 */
final class AppContainerLauncher {
    static final int DISABLE_MAX_PRIVILEGE = 0x1;
    static final int LUA_TOKEN = 0x4;

    static final int CREATE_SUSPENDED = 0x4;
    static final int CREATE_UNICODE_ENVIRONMENT = 0x400;
    static final int EXTENDED_STARTUPINFO_PRESENT = 0x80000;
    static final int CREATE_NO_WINDOW = 0x08000000;
    static final int CREATION =
            CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT | CREATE_NO_WINDOW;

    static final long ATTRIBUTE_HANDLE_LIST = 0x20002;
    static final long ATTRIBUTE_MITIGATION_POLICY = 0x20007;
    static final long ATTRIBUTE_SECURITY_CAPABILITIES = 0x20009;
    static final long ATTRIBUTE_JOB_LIST = 0x2000D;
    static final long ATTRIBUTE_CHILD_PROCESS_POLICY = 0x2000E;

    /** No library of others' is loaded into the program, and none from a share. */
    private static final long MITIGATIONS = 1L << 32 | 1L << 52;

    private static final int CHILD_PROCESS_RESTRICTED = 1;

    private static final int TOKEN_FOR_RESTRICTION = 0x1 | 0x2 | 0x8 | 0x80;
    private static final int TOKEN_QUERY = 0x8;
    private static final int TOKEN_IS_APP_CONTAINER = 29;
    private static final int TOKEN_CAPABILITIES = 30;
    private static final int TOKEN_APP_CONTAINER_SID = 31;

    private static final int SE_FILE_OBJECT = 1;
    private static final int DACL_SECURITY_INFORMATION = 4;
    private static final int GRANT_ACCESS = 1;
    private static final int ONLY_HERE = 0;
    private static final int BELOW_ONLY = 0x1 | 0x2 | 0x8;
    private static final int HERE_AND_BELOW = 0x1 | 0x2;

    /** FILE_GENERIC_READ and FILE_GENERIC_EXECUTE. */
    static final int READ = 0x1200A9;

    /** The same, and to make entries in a folder; not to remove, rename or give away the folder itself. */
    static final int READ_AND_ADD = 0x1201BF;

    /** All but to change access lists and owners. */
    static final int MODIFY = 0x1301BF;

    private static final int ALREADY_EXISTS = 0x800700B7;
    private static final int STARTF_USESTDHANDLES = 0x100;
    private static final int HANDLE_FLAG_INHERIT = 1;
    private static final int CAPABILITIES_ROOM = 4096;

    private final Win32 windows;

    AppContainerLauncher(Win32 windows) {
        this.windows = windows;
    }

    /** Starts it; nothing of it has run when this returns, and all of it is gone when this throws. */
    LaunchedProgram start(WindowsLaunch launch) throws IOException {
        Attempt attempt = new Attempt();
        try (Arena memory = Arena.ofConfined()) {
            LaunchedProgram started = attempt.start(launch, memory);
            attempt.succeeded = true;
            return started;
        } finally {
            attempt.end();
        }
    }

    private Answer must(String what, Answer answer) throws IOException {
        if (!answer.isTrue()) {
            throw new IOException(what + ": error " + answer.error());
        }
        return answer;
    }

    /** Functions of advapi32 that answer an error, 0 for none. */
    private static void mustBeZero(String what, Answer answer) throws IOException {
        if (answer.value() != 0) {
            throw new IOException(what + ": error " + answer.value());
        }
    }

    private static MemorySegment wide(Arena memory, String text) {
        return memory.allocateFrom(JAVA_CHAR, (text + "\0").toCharArray());
    }

    /** Handles and SIDs of one start, for whatever way it ends. */
    private final class Attempt {
        private final List<Long> always = new ArrayList<>();
        private final List<Long> onFailure = new ArrayList<>();
        private long process;
        private MemorySegment sid = MemorySegment.NULL;
        private boolean succeeded;

        LaunchedProgram start(WindowsLaunch launch, Arena memory) throws IOException {
            container(launch, memory);
            grant(launch.image(), List.of(new int[] {READ, ONLY_HERE}), memory);
            grant(
                    launch.workspace(),
                    launch.confined()
                            ? List.of(new int[] {READ, HERE_AND_BELOW})
                            : List.of(new int[] {READ_AND_ADD, ONLY_HERE}, new int[] {MODIFY, BELOW_ONLY}),
                    memory);
            long token = restrictedToken(memory);
            long job = job(launch, memory);
            long[] in = pipe(memory, false);
            long[] out = pipe(memory, true);
            long[] err = pipe(memory, true);
            long[] started = create(launch, token, job, new long[] {in[0], out[0], err[0]}, memory);
            verify(launch, job, memory);
            return new LaunchedProgram(windows, job, started[0], started[1], in[1], out[1], err[1]);
        }

        private void container(WindowsLaunch launch, Arena memory) throws IOException {
            MemorySegment name = wide(memory, launch.container());
            MemorySegment made = memory.allocate(ADDRESS);
            Answer answer =
                    windows.call(Function.CREATE_APP_CONTAINER_PROFILE, name, name, name, MemorySegment.NULL, 0, made);
            if ((int) answer.value() == ALREADY_EXISTS) {
                answer = windows.call(Function.DERIVE_APP_CONTAINER_SID, name, made);
            }
            if ((int) answer.value() != 0) {
                throw new SandboxUnavailable(
                        "Windows made no app container: 0x" + Integer.toHexString((int) answer.value()) + ".",
                        "Use Windows 10 or Windows Server 2019, or later, and run the node as a user with a profile.");
            }
            sid = made.get(ADDRESS, 0);
        }

        /** Adds entries to an access list; those that are there already stay as they are. */
        private void grant(String path, List<int[]> entries, Arena memory) throws IOException {
            MemorySegment name = wide(memory, path);
            MemorySegment list = memory.allocate(ADDRESS);
            MemorySegment descriptor = memory.allocate(ADDRESS);
            mustBeZero(
                    "GetNamedSecurityInfo",
                    windows.call(
                            Function.GET_NAMED_SECURITY_INFO,
                            name,
                            SE_FILE_OBJECT,
                            DACL_SECURITY_INFORMATION,
                            MemorySegment.NULL,
                            MemorySegment.NULL,
                            list,
                            MemorySegment.NULL,
                            descriptor));
            MemorySegment longer = memory.allocate(ADDRESS);
            try {
                MemorySegment access = memory.allocate(Structs.EXPLICIT_ACCESS.byteSize() * entries.size(), 8);
                for (int each = 0; each < entries.size(); each++) {
                    MemorySegment entry = access.asSlice(
                            each * Structs.EXPLICIT_ACCESS.byteSize(), Structs.EXPLICIT_ACCESS.byteSize());
                    Structs.set(Structs.EXPLICIT_ACCESS, entry, entries.get(each)[0], "grfAccessPermissions");
                    Structs.set(Structs.EXPLICIT_ACCESS, entry, GRANT_ACCESS, "grfAccessMode");
                    Structs.set(Structs.EXPLICIT_ACCESS, entry, entries.get(each)[1], "grfInheritance");
                    Structs.set(Structs.EXPLICIT_ACCESS, entry, sid, "ptstrName");
                }
                mustBeZero(
                        "SetEntriesInAcl",
                        windows.call(
                                Function.SET_ENTRIES_IN_ACL, entries.size(), access, list.get(ADDRESS, 0), longer));
                mustBeZero(
                        "SetNamedSecurityInfo",
                        windows.call(
                                Function.SET_NAMED_SECURITY_INFO,
                                name,
                                SE_FILE_OBJECT,
                                DACL_SECURITY_INFORMATION,
                                MemorySegment.NULL,
                                MemorySegment.NULL,
                                longer.get(ADDRESS, 0),
                                MemorySegment.NULL));
            } finally {
                windows.call(Function.LOCAL_FREE, longer.get(ADDRESS, 0));
                windows.call(Function.LOCAL_FREE, descriptor.get(ADDRESS, 0));
            }
        }

        private long restrictedToken(Arena memory) throws IOException {
            long own = handle(
                    "OpenProcessToken",
                    memory,
                    to -> windows.call(
                            Function.OPEN_PROCESS_TOKEN,
                            windows.call(Function.GET_CURRENT_PROCESS).value(),
                            TOKEN_FOR_RESTRICTION,
                            to));
            always.add(own);
            long token = handle(
                    "CreateRestrictedToken",
                    memory,
                    to -> windows.call(
                            Function.CREATE_RESTRICTED_TOKEN,
                            own,
                            DISABLE_MAX_PRIVILEGE | LUA_TOKEN,
                            0,
                            MemorySegment.NULL,
                            0,
                            MemorySegment.NULL,
                            0,
                            MemorySegment.NULL,
                            to));
            always.add(token);
            return token;
        }

        private interface Making {
            Answer into(MemorySegment handle);
        }

        private long handle(String what, Arena memory, Making making) throws IOException {
            MemorySegment handle = memory.allocate(JAVA_LONG);
            must(what, making.into(handle));
            return handle.get(JAVA_LONG, 0);
        }

        private long job(WindowsLaunch launch, Arena memory) throws IOException {
            long job = must(
                            "CreateJobObject",
                            windows.call(Function.CREATE_JOB_OBJECT, MemorySegment.NULL, MemorySegment.NULL))
                    .value();
            onFailure.add(job);
            MemorySegment limits = JobLimits.of(launch.limits(), memory);
            must(
                    "SetInformationJobObject",
                    windows.call(Function.SET_INFORMATION_JOB_OBJECT, job, JobLimits.EXTENDED, limits, (int)
                            limits.byteSize()));
            MemorySegment surface = memory.allocateFrom(JAVA_INT, JobLimits.NO_USER_INTERFACE);
            must(
                    "SetInformationJobObject",
                    windows.call(Function.SET_INFORMATION_JOB_OBJECT, job, JobLimits.USER_INTERFACE, surface, (int)
                            surface.byteSize()));
            return job;
        }

        /** The program's end first, ours second. */
        private long[] pipe(Arena memory, boolean output) throws IOException {
            MemorySegment attributes = memory.allocate(Structs.SECURITY_ATTRIBUTES);
            Structs.set(Structs.SECURITY_ATTRIBUTES, attributes, attributes.byteSize(), "nLength");
            Structs.set(Structs.SECURITY_ATTRIBUTES, attributes, 1, "bInheritHandle");
            MemorySegment ends = memory.allocate(JAVA_LONG, 2);
            must(
                    "CreatePipe",
                    windows.call(Function.CREATE_PIPE, ends, ends.asSlice(JAVA_LONG.byteSize()), attributes, 0));
            long read = ends.getAtIndex(JAVA_LONG, 0);
            long write = ends.getAtIndex(JAVA_LONG, 1);
            long theirs = output ? write : read;
            long ours = output ? read : write;
            always.add(theirs);
            onFailure.add(ours);
            must("SetHandleInformation", windows.call(Function.SET_HANDLE_INFORMATION, ours, HANDLE_FLAG_INHERIT, 0));
            return new long[] {theirs, ours};
        }

        /** The process and its first thread, which waits. */
        private long[] create(WindowsLaunch launch, long token, long job, long[] handles, Arena memory)
                throws IOException {
            MemorySegment startup = memory.allocate(Structs.STARTUP);
            Structs.set(Structs.STARTUP, startup, startup.byteSize(), "cb");
            Structs.set(Structs.STARTUP, startup, STARTF_USESTDHANDLES, "dwFlags");
            Structs.set(Structs.STARTUP, startup, handles[0], "hStdInput");
            Structs.set(Structs.STARTUP, startup, handles[1], "hStdOutput");
            Structs.set(Structs.STARTUP, startup, handles[2], "hStdError");
            Structs.set(Structs.STARTUP, startup, attributes(launch, job, handles, memory), "lpAttributeList");
            MemorySegment made = memory.allocate(Structs.PROCESS);
            must(
                    "CreateProcessAsUser",
                    windows.call(
                            Function.CREATE_PROCESS_AS_USER,
                            token,
                            wide(memory, launch.image()),
                            wide(memory, launch.commandLine()),
                            MemorySegment.NULL,
                            MemorySegment.NULL,
                            1,
                            CREATION,
                            memory.allocateFrom(JAVA_CHAR, launch.environment().toCharArray()),
                            wide(memory, launch.folder()),
                            startup,
                            made));
            process = Structs.get(Structs.PROCESS, made, "hProcess");
            long thread = Structs.get(Structs.PROCESS, made, "hThread");
            onFailure.add(process);
            onFailure.add(thread);
            return new long[] {process, thread};
        }

        private MemorySegment attributes(WindowsLaunch launch, long job, long[] handles, Arena memory)
                throws IOException {
            int count = launch.confined() ? 5 : 4;
            MemorySegment size = memory.allocate(JAVA_LONG);
            // The first time it says how much room it needs, as an error.
            windows.call(Function.INITIALIZE_ATTRIBUTE_LIST, MemorySegment.NULL, count, 0, size);
            MemorySegment list = memory.allocate(size.get(JAVA_LONG, 0), 16);
            must(
                    "InitializeProcThreadAttributeList",
                    windows.call(Function.INITIALIZE_ATTRIBUTE_LIST, list, count, 0, size));
            MemorySegment capabilities = memory.allocate(Structs.SECURITY_CAPABILITIES);
            Structs.set(Structs.SECURITY_CAPABILITIES, capabilities, sid, "AppContainerSid");
            attribute(list, ATTRIBUTE_SECURITY_CAPABILITIES, capabilities);
            attribute(list, ATTRIBUTE_HANDLE_LIST, memory.allocateFrom(JAVA_LONG, handles));
            attribute(list, ATTRIBUTE_JOB_LIST, memory.allocateFrom(JAVA_LONG, job));
            attribute(list, ATTRIBUTE_MITIGATION_POLICY, memory.allocateFrom(JAVA_LONG, MITIGATIONS));
            if (launch.confined()) {
                attribute(
                        list, ATTRIBUTE_CHILD_PROCESS_POLICY, memory.allocateFrom(JAVA_INT, CHILD_PROCESS_RESTRICTED));
            }
            return list;
        }

        private void attribute(MemorySegment list, long which, MemorySegment value) throws IOException {
            must(
                    "UpdateProcThreadAttribute",
                    windows.call(
                            Function.UPDATE_ATTRIBUTE,
                            list,
                            0,
                            which,
                            value,
                            value.byteSize(),
                            MemorySegment.NULL,
                            MemorySegment.NULL));
        }

        /** What holds the waiting process, by what Windows says of it. */
        private void verify(WindowsLaunch launch, long job, Arena memory) throws IOException {
            MemorySegment inJob = memory.allocate(JAVA_INT);
            must("IsProcessInJob", windows.call(Function.IS_PROCESS_IN_JOB, process, job, inJob));
            MemorySegment limits = memory.allocate(Structs.EXTENDED_LIMITS);
            must(
                    "QueryInformationJobObject",
                    windows.call(
                            Function.QUERY_INFORMATION_JOB_OBJECT,
                            job,
                            JobLimits.EXTENDED,
                            limits,
                            (int) limits.byteSize(),
                            MemorySegment.NULL));
            if (inJob.get(JAVA_INT, 0) == 0 || !JobLimits.hold(limits, launch.limits())) {
                throw notHeld("its job does not hold it as planned");
            }
            long token = handle(
                    "OpenProcessToken",
                    memory,
                    to -> windows.call(Function.OPEN_PROCESS_TOKEN, process, TOKEN_QUERY, to));
            always.add(token);
            if (information(token, TOKEN_IS_APP_CONTAINER, memory).get(JAVA_INT, 0) == 0) {
                throw notHeld("it is in no app container");
            }
            if (information(token, TOKEN_CAPABILITIES, memory).get(JAVA_INT, 0) != 0) {
                throw notHeld("its app container has capabilities");
            }
            MemorySegment whose =
                    information(token, TOKEN_APP_CONTAINER_SID, memory).get(ADDRESS, 0);
            if (!windows.call(Function.EQUAL_SID, whose, sid).isTrue()) {
                throw notHeld("it is in another workspace's app container");
            }
        }

        private MemorySegment information(long token, int which, Arena memory) throws IOException {
            MemorySegment room = memory.allocate(CAPABILITIES_ROOM, 8);
            MemorySegment needed = memory.allocate(JAVA_INT);
            must(
                    "GetTokenInformation",
                    windows.call(Function.GET_TOKEN_INFORMATION, token, which, room, (int) room.byteSize(), needed));
            return room;
        }

        private SandboxUnavailable notHeld(String why) {
            return new SandboxUnavailable(
                    "Windows says of the waiting program that " + why + ".",
                    "Compare this host's version of Windows with the supported ones; see docs/guarantees.md.");
        }

        void end() {
            if (!succeeded && process != 0) {
                windows.call(Function.TERMINATE_PROCESS, process, 1);
            }
            always.forEach(handle -> windows.call(Function.CLOSE_HANDLE, handle));
            if (!succeeded) {
                onFailure.forEach(handle -> windows.call(Function.CLOSE_HANDLE, handle));
            }
            if (sid.address() != 0) {
                windows.call(Function.FREE_SID, sid);
            }
        }
    }
}
