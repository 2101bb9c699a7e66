package dev.sallyport.executor.platform;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a POSIX system (IEEE 1003.1, openat and its like) that Java has no method for, by the C library's
 * functions. Java opens no file without waiting for a fifo's other end (O_NONBLOCK) and does not tell what room a file
 * takes. What the standard leaves to each system, numbers and structures, is the system's own class.
 */
@SuppressWarnings("restricted")
abstract class PosixCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    private static final int O_WRONLY = 1;
    private static final int OWNER_ONLY = 0600;
    private static final int LONGEST_PATH = 4096; // PATH_MAX

    private static final String NO_SPACE = "no space left on the device";

    /** Errors that have the same number on all systems. */
    private static final int EPERM = 1;

    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int ENXIO = 6;
    private static final int EACCES = 13;
    private static final int EEXIST = 17;
    private static final int ENODEV = 19;
    private static final int ENOTDIR = 20;
    private static final int EISDIR = 21;
    private static final int ENOSPC = 28;

    /**
     * Numbers that each system has chosen for itself (fcntl.h).
     *
     * @param here AT_FDCWD
     * @param linkItself AT_SYMLINK_NOFOLLOW
     * @param removeFolder AT_REMOVEDIR
     */
    record Numbers(
            int here,
            int linkItself,
            int removeFolder,
            int create,
            int exclusive,
            int noTerminal,
            int append,
            int nonBlocking,
            int closeOnExecution,
            int directory,
            int noFollow) {
        private int always() {
            return noFollow | closeOnExecution | nonBlocking | noTerminal;
        }

        int toRead() {
            return always();
        }

        int toAppend() {
            return always() | O_WRONLY | append;
        }

        int toCreate() {
            return toAppend() | create | exclusive;
        }

        int toList() {
            return always() | directory;
        }
    }

    /** Error numbers that each system has chosen for itself (errno.h). */
    record Errors(int nameTooLong, int notEmpty, int loop, int quota) {}

    private static final MethodHandle OPENAT = function(
            "openat",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(3));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    static final MethodHandle LSEEK =
            function("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle PREAD =
            function("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE =
            function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle FTRUNCATE =
            function("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FCHOWN =
            function("fchown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle FCHMOD = function("fchmod", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle MKDIRAT =
            function("mkdirat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle READLINKAT =
            function("readlinkat", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
    private static final MethodHandle SYMLINKAT =
            function("symlinkat", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
    private static final MethodHandle FCHOWNAT =
            function("fchownat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle UNLINKAT =
            function("unlinkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RENAMEAT =
            function("renameat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));

    private final Numbers numbers;
    private final Errors errors;

    PosixCalls(Numbers numbers, Errors errors) {
        this.numbers = numbers;
        this.errors = errors;
    }

    final Numbers numbers() {
        return numbers;
    }

    /** What the entry is, a link itself included. */
    abstract FolderEntry entry(int folder, EntryName name) throws IOException;

    /** What the path leads to, through links. */
    abstract FolderEntry entry(Path path) throws IOException;

    /** What was opened. */
    abstract FolderEntry entry(int descriptor) throws IOException;

    /** The entry of a folder as its structure says: mode, names, length, blocks of 512 bytes. */
    static FolderEntry entry(int mode, long names, long size, long blocks) {
        FolderEntry.Kind kind = switch (mode & 0170000) {
            case 0100000 -> FolderEntry.Kind.FILE;
            case 0040000 -> FolderEntry.Kind.FOLDER;
            case 0120000 -> FolderEntry.Kind.LINK;
            default -> FolderEntry.Kind.SPECIAL;
        };
        return new FolderEntry(kind, size, blocks * 512, names, mode & 07777);
    }

    static boolean isSelfOrParent(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }

    /** The names in a folder, without itself and its parent; at most so many and one more. */
    abstract List<EntryName> names(int folder, int most) throws IOException;

    /** Gives a folder in this one to its owner alone; a link is never followed. */
    abstract void unlock(int folder, EntryName name) throws IOException;

    abstract DiskRoom room(Path path) throws IOException;

    static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... more) {
        List<Linker.Option> options = new ArrayList<>(List.of(more));
        options.add(Linker.Option.captureCallState("errno"));
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, options.toArray(Linker.Option[]::new));
    }

    /** A call of the C library: its first argument is where errno goes. */
    interface Call {
        long make(MemorySegment state, Arena memory) throws Throwable;
    }

    /** Whether errno was set there. */
    static boolean failed(MemorySegment state) {
        return (int) ERRNO.get(state, 0L) != 0;
    }

    /** The result of the call; a negative one is thrown as what errno says. */
    final long made(@Nullable EntryName name, Call call) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment state = memory.allocate(STATE);
            while (true) {
                long result = call.make(state, memory);
                if (result >= 0) {
                    return result;
                }
                int errno = (int) ERRNO.get(state, 0L);
                if (errno != EINTR) {
                    throw failure(errno, name == null ? "" : name.toString());
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private IOException failure(int errno, String name) {
        if (errno == errors.notEmpty) {
            return new DirectoryNotEmptyException(name);
        }
        if (errno == errors.loop) {
            return new NotPlainFileException(NotPlainFileException.What.LINK);
        }
        if (errno == errors.quota) {
            return new FileSystemException(name, null, NO_SPACE);
        }
        if (errno == errors.nameTooLong) {
            return new FileSystemException(name, null, "the name is too long");
        }
        return switch (errno) {
            case ENOENT -> new NoSuchFileException(name);
            case EEXIST -> new FileAlreadyExistsException(name);
            case EACCES, EPERM -> new AccessDeniedException(name);
            case ENOTDIR -> new NotDirectoryException(name);
            case ENXIO, ENODEV, EISDIR -> new NotPlainFileException(NotPlainFileException.What.NO_FILE);
            case ENOSPC -> new FileSystemException(name, null, NO_SPACE);
            default -> new FileSystemException(name, null, "error " + errno);
        };
    }

    static MemorySegment string(Arena memory, byte[] bytes) {
        MemorySegment string = memory.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, string, JAVA_BYTE, 0, bytes.length);
        return string;
    }

    final int open(Path folder) throws IOException {
        byte[] path = folder.toString().getBytes(StandardCharsets.UTF_8);
        return (int) made(new EntryName(path), (state, memory) ->
                (int) OPENAT.invokeExact(state, numbers.here, string(memory, path), numbers.toList(), 0));
    }

    final int open(int folder, EntryName name, int flags) throws IOException {
        return (int) made(name, (state, memory) ->
                (int) OPENAT.invokeExact(state, folder, string(memory, name.bytes()), flags, OWNER_ONLY));
    }

    final void close(int descriptor) throws IOException {
        made(null, (state, _) -> (int) CLOSE.invokeExact(state, descriptor));
    }

    final byte[] read(int file, long offset, int most) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment buffer = memory.allocate(Math.max(most, 1));
            long filled = 0;
            while (filled < most) {
                long at = filled;
                long count = made(null, (state, _) ->
                        (long) PREAD.invokeExact(state, file, buffer.asSlice(at), most - at, offset + at));
                if (count == 0) {
                    break;
                }
                filled += count;
            }
            return buffer.asSlice(0, filled).toArray(JAVA_BYTE);
        }
    }

    final void write(int file, byte[] bytes) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment buffer = string(memory, bytes);
            for (long at = 0; at < bytes.length; ) {
                long from = at;
                at += made(null, (state, _) ->
                        (long) WRITE.invokeExact(state, file, buffer.asSlice(from), bytes.length - from));
            }
        }
    }

    final void clear(int file) throws IOException {
        made(null, (state, _) -> (int) FTRUNCATE.invokeExact(state, file, 0L));
    }

    final void give(int file, ToolUser owner) throws IOException {
        made(null, (state, _) -> (int) FCHOWN.invokeExact(state, file, owner.uid(), owner.gid()));
    }

    final void permit(int descriptor, int mode) throws IOException {
        made(null, (state, _) -> (int) FCHMOD.invokeExact(state, descriptor, mode));
    }

    final void makeFolder(int folder, EntryName name) throws IOException {
        made(name, (state, memory) -> (int) MKDIRAT.invokeExact(state, folder, string(memory, name.bytes()), 0700));
    }

    final byte[] linkTarget(int folder, EntryName name) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment buffer = memory.allocate(LONGEST_PATH);
            long length = made(name, (state, inner) -> (long)
                    READLINKAT.invokeExact(state, folder, string(inner, name.bytes()), buffer, buffer.byteSize()));
            return buffer.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    final void makeLink(int folder, EntryName name, byte[] target) throws IOException {
        made(name, (state, memory) ->
                (int) SYMLINKAT.invokeExact(state, string(memory, target), folder, string(memory, name.bytes())));
    }

    final void giveLink(int folder, EntryName name, ToolUser owner) throws IOException {
        made(name, (state, memory) -> (int) FCHOWNAT.invokeExact(
                state, folder, string(memory, name.bytes()), owner.uid(), owner.gid(), numbers.linkItself));
    }

    final void remove(int folder, EntryName name, boolean isFolder) throws IOException {
        int flags = isFolder ? numbers.removeFolder : 0;
        made(name, (state, memory) -> (int) UNLINKAT.invokeExact(state, folder, string(memory, name.bytes()), flags));
    }

    final void move(int from, EntryName name, int to, EntryName as) throws IOException {
        made(name, (state, memory) ->
                (int) RENAMEAT.invokeExact(state, from, string(memory, name.bytes()), to, string(memory, as.bytes())));
    }
}
