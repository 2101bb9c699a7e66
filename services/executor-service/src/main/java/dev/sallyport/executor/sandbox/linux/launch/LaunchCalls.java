package dev.sallyport.executor.sandbox.linux.launch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls of the C library (glibc and musl, 64 bits) by which descriptors are made and handed over. Java has sockets
 * and pipes too, but hands none of them to another process.
 *
 * <p>Every descriptor is closed on execution: no other child of this JVM gets one.
 */
@SuppressWarnings("restricted")
final class LaunchCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    private static final int AF_UNIX = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int CLOSE_ON_EXECUTION = 0x80000; // O_CLOEXEC, SOCK_CLOEXEC
    private static final int MEMORY_CLOSE_ON_EXECUTION = 1; // MFD_CLOEXEC
    private static final int EINTR = 4;

    /** SOCK_STREAM. */
    static final int STREAM = 1;

    /** SOCK_SEQPACKET. */
    static final int MESSAGES = 5;

    /** O_RDONLY. */
    static final int TO_READ = 0;

    /** O_WRONLY. */
    static final int TO_WRITE = 1;

    /** O_RDWR. */
    static final int TO_READ_AND_WRITE = 2;

    /** Larger than posix_spawn_file_actions_t of any C library. */
    private static final int FILE_ACTIONS = 512;

    private static final MethodHandle SOCKETPAIR =
            function("socketpair", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle PIPE = function("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDMSG =
            function("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SEND =
            function("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle READ =
            function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle MEMFD =
            function("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle LSEEK =
            function("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle OPEN =
            function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle WAITPID =
            function("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SPAWN = function(
            "posix_spawn", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle ACTIONS_INIT =
            function("posix_spawn_file_actions_init", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle ACTIONS_DUP2 =
            function("posix_spawn_file_actions_adddup2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACTIONS_DESTROY =
            function("posix_spawn_file_actions_destroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));

    private LaunchCalls() {}

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... more) {
        List<Linker.Option> options = new ArrayList<>(List.of(more));
        options.add(Linker.Option.captureCallState("errno"));
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, options.toArray(Linker.Option[]::new));
    }

    private interface Call {
        long make(MemorySegment state, Arena memory) throws Throwable;
    }

    private static long made(String name, Call call) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment state = memory.allocate(STATE);
            while (true) {
                long result = call.make(state, memory);
                if (result >= 0) {
                    return result;
                }
                int errno = (int) ERRNO.get(state, 0L);
                if (errno != EINTR) {
                    throw new IOException(name + ": error " + errno);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Two sockets that are connected with one another. */
    static int[] sockets(int type) throws IOException {
        return pair("socketpair", (state, two) ->
                (int) SOCKETPAIR.invokeExact(state, AF_UNIX, type | CLOSE_ON_EXECUTION, 0, two));
    }

    /** The end to read from and the end to write to. */
    static int[] pipe() throws IOException {
        return pair("pipe2", (state, two) -> (int) PIPE.invokeExact(state, two, CLOSE_ON_EXECUTION));
    }

    private interface Pair {
        int make(MemorySegment state, MemorySegment two) throws Throwable;
    }

    private static int[] pair(String name, Pair call) throws IOException {
        int[] made = new int[2];
        made(name, (state, memory) -> {
            MemorySegment two = memory.allocate(JAVA_INT, 2);
            int result = call.make(state, two);
            made[0] = two.getAtIndex(JAVA_INT, 0);
            made[1] = two.getAtIndex(JAVA_INT, 1);
            return result;
        });
        return made;
    }

    /** A message of one byte with these descriptors (unix(7), cmsg(3)). */
    static void hand(int socket, List<Integer> descriptors) throws IOException {
        made("sendmsg", (state, memory) -> {
            long length = 16 + 4L * descriptors.size();
            MemorySegment control = memory.allocate((length + 7) / 8 * 8, 8);
            control.set(JAVA_LONG, 0, length);
            control.set(JAVA_INT, 8, SOL_SOCKET);
            control.set(JAVA_INT, 12, SCM_RIGHTS);
            for (int each = 0; each < descriptors.size(); each++) {
                control.set(JAVA_INT, 16 + 4L * each, descriptors.get(each));
            }
            MemorySegment vector = memory.allocate(16, 8);
            vector.set(ADDRESS, 0, memory.allocateFrom(JAVA_BYTE, (byte) 'c'));
            vector.set(JAVA_LONG, 8, 1);
            MemorySegment message = memory.allocate(56, 8);
            message.set(ADDRESS, 16, vector);
            message.set(JAVA_LONG, 24, 1);
            message.set(ADDRESS, 32, control);
            message.set(JAVA_LONG, 40, control.byteSize());
            return (long) SENDMSG.invokeExact(state, socket, message, MSG_NOSIGNAL);
        });
    }

    /** Sends all of it. */
    static void send(int socket, byte[] bytes) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment all = memory.allocate(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, all, JAVA_BYTE, 0, bytes.length);
            for (long at = 0; at < bytes.length; ) {
                long from = at;
                at += made("send", (state, _) ->
                        (long) SEND.invokeExact(state, socket, all.asSlice(from), bytes.length - from, MSG_NOSIGNAL));
            }
        }
    }

    /** Reads what is there into the buffer, at least one byte; 0 at the end. Waits, so no virtual thread may call it. */
    static int read(int descriptor, MemorySegment buffer) throws IOException {
        return (int) made("read", (state, _) -> (long) READ.invokeExact(state, descriptor, buffer, buffer.byteSize()));
    }

    /** Writes what fits. */
    static int write(int descriptor, MemorySegment bytes) throws IOException {
        return (int) made("write", (state, _) -> (long) WRITE.invokeExact(state, descriptor, bytes, bytes.byteSize()));
    }

    /** A file that lies in memory alone (memfd_create(2)), to be read from its beginning. */
    static int memoryFile(byte[] content) throws IOException {
        int file = (int) made("memfd_create", (state, memory) ->
                (int) MEMFD.invokeExact(state, memory.allocateFrom("sallyport"), MEMORY_CLOSE_ON_EXECUTION));
        boolean whole = false;
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment all = memory.allocate(Math.max(1, content.length));
            MemorySegment.copy(content, 0, all, JAVA_BYTE, 0, content.length);
            for (long at = 0; at < content.length; ) {
                at += write(file, all.asSlice(at, content.length - at));
            }
            long _ = made("lseek", (state, _) -> (long) LSEEK.invokeExact(state, file, 0L, 0));
            whole = true;
            return file;
        } finally {
            if (!whole) {
                close(file);
            }
        }
    }

    static int open(Path path, int flags) throws IOException {
        return (int) made("open " + path, (state, memory) ->
                (int) OPEN.invokeExact(state, memory.allocateFrom(path.toString()), flags | CLOSE_ON_EXECUTION));
    }

    /**
     * Closes it; what could not be written is of no interest, these are no files. It is tried once: a call that was
     * interrupted has closed it too (close(2)), and its number may already be another thread's.
     */
    static void close(int descriptor) {
        try (Arena memory = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(memory.allocate(STATE), descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a program that has the socket as its standard input and nothing in its environment; answers its pid. */
    static int spawn(Path program, int socket) throws IOException {
        int[] pid = new int[1];
        made("posix_spawn", (state, memory) -> {
            MemorySegment actions = memory.allocate(FILE_ACTIONS, 16);
            MemorySegment number = memory.allocate(JAVA_INT);
            MemorySegment path = memory.allocateFrom(program.toString());
            MemorySegment arguments = memory.allocate(ADDRESS, 2);
            arguments.setAtIndex(ADDRESS, 0, memory.allocateFrom("sallyport-launch"));
            MemorySegment environment = memory.allocate(ADDRESS, 1);
            int error = (int) ACTIONS_INIT.invokeExact(state, actions);
            if (error == 0) {
                error = (int) ACTIONS_DUP2.invokeExact(state, actions, socket, 0);
                if (error == 0) {
                    error = (int)
                            SPAWN.invokeExact(state, number, path, actions, MemorySegment.NULL, arguments, environment);
                }
                int _ = (int) ACTIONS_DESTROY.invokeExact(state, actions);
            }
            if (error != 0) {
                throw new IOException("posix_spawn " + program + ": error " + error);
            }
            pid[0] = number.get(JAVA_INT, 0);
            return 0;
        });
        return pid[0];
    }

    /** Waits for the end of a child. No virtual thread may call it. */
    static void await(int pid) {
        try {
            made("waitpid", (state, _) -> (int) WAITPID.invokeExact(state, pid, MemorySegment.NULL, 0));
        } catch (IOException _) {
            // There is no such child any more.
        }
    }
}
