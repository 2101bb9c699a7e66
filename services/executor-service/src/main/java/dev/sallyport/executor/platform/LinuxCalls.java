package dev.sallyport.executor.platform;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

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
 * The system calls of Linux that Java has no method for, by the C library's functions. Java opens no file without
 * waiting for a fifo's other end (O_NONBLOCK) and does not tell what room a file takes.
 */
@SuppressWarnings("restricted")
final class LinuxCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    private static final int HERE = -100; // AT_FDCWD
    private static final int NO_FOLLOW = 0x100; // AT_SYMLINK_NOFOLLOW
    private static final int EMPTY_PATH = 0x1000; // AT_EMPTY_PATH
    private static final int REMOVE_FOLDER = 0x200; // AT_REMOVEDIR
    private static final int BASIC_STATS = 0x7ff; // STATX_BASIC_STATS

    private static final int O_WRONLY = 1;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_NOCTTY = 0x100;
    private static final int O_APPEND = 0x400;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;

    /** The two flags that are not the same on all processors (asm/fcntl.h). */
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

    private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;

    private static final int ALWAYS = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

    static final int TO_READ = ALWAYS;
    static final int TO_APPEND = ALWAYS | O_WRONLY | O_APPEND;
    static final int TO_CREATE = TO_APPEND | O_CREAT | O_EXCL;
    static final int TO_LIST = ALWAYS | O_DIRECTORY;
    static final int TO_NAME = O_NOFOLLOW | O_CLOEXEC | O_DIRECTORY | O_PATH;

    private static final int OWNER_ONLY = 0600;
    private static final int LONGEST_PATH = 4096; // PATH_MAX

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
    private static final int ENAMETOOLONG = 36;
    private static final int ENOTEMPTY = 39;
    private static final int ELOOP = 40;
    private static final int EDQUOT = 122;

    private static final MethodHandle OPENAT = function(
            "openat",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(3));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle STATX =
            function("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle GETDENTS =
            function("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle LSEEK =
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
    private static final MethodHandle STATVFS = function("statvfs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    private LinuxCalls() {}

    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... more) {
        List<Linker.Option> options = new ArrayList<>(List.of(more));
        options.add(Linker.Option.captureCallState("errno"));
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, options.toArray(Linker.Option[]::new));
    }

    /** A call of the C library: its first argument is where errno goes. */
    private interface Call {
        long make(MemorySegment state, Arena memory) throws Throwable;
    }

    /** The result of the call; a negative one is thrown as what errno says. */
    private static long made(@Nullable EntryName name, Call call) throws IOException {
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

    private static IOException failure(int errno, String name) {
        return switch (errno) {
            case ENOENT -> new NoSuchFileException(name);
            case EEXIST -> new FileAlreadyExistsException(name);
            case EACCES, EPERM -> new AccessDeniedException(name);
            case ENOTDIR -> new NotDirectoryException(name);
            case ENOTEMPTY -> new DirectoryNotEmptyException(name);
            case ELOOP -> new NotPlainFileException(NotPlainFileException.What.LINK);
            case ENXIO, ENODEV, EISDIR -> new NotPlainFileException(NotPlainFileException.What.NO_FILE);
            case ENOSPC, EDQUOT -> new FileSystemException(name, null, "no space left on the device");
            case ENAMETOOLONG -> new FileSystemException(name, null, "the name is too long");
            default -> new FileSystemException(name, null, "error " + errno);
        };
    }

    private static MemorySegment string(Arena memory, byte[] bytes) {
        MemorySegment string = memory.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, string, JAVA_BYTE, 0, bytes.length);
        return string;
    }

    static int open(Path folder) throws IOException {
        byte[] path = folder.toString().getBytes(StandardCharsets.UTF_8);
        return (int) made(new EntryName(path), (state, memory) ->
                (int) OPENAT.invokeExact(state, HERE, string(memory, path), TO_LIST, 0));
    }

    static int open(int folder, EntryName name, int flags) throws IOException {
        return (int) made(name, (state, memory) ->
                (int) OPENAT.invokeExact(state, folder, string(memory, name.bytes()), flags, OWNER_ONLY));
    }

    static void close(int descriptor) throws IOException {
        made(null, (state, _) -> (int) CLOSE.invokeExact(state, descriptor));
    }

    static FolderEntry entry(int folder, EntryName name) throws IOException {
        return entry(folder, name.bytes(), NO_FOLLOW, name);
    }

    /** What the path leads to, through links. */
    static FolderEntry entry(Path path) throws IOException {
        return entry(HERE, path.toString().getBytes(StandardCharsets.UTF_8), 0, null);
    }

    static FolderEntry entry(int descriptor) throws IOException {
        return entry(descriptor, new byte[0], EMPTY_PATH, null);
    }

    /** statx(2), whose structure is the same on all processors (linux/stat.h). */
    private static FolderEntry entry(int at, byte[] path, int flags, @Nullable EntryName name) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment stat = memory.allocate(256, 8);
            made(name, (state, inner) ->
                    (int) STATX.invokeExact(state, at, string(inner, path), flags, BASIC_STATS, stat));
            FolderEntry.Kind kind = switch (stat.get(JAVA_SHORT, 28) & 0170000) {
                case 0100000 -> FolderEntry.Kind.FILE;
                case 0040000 -> FolderEntry.Kind.FOLDER;
                case 0120000 -> FolderEntry.Kind.LINK;
                default -> FolderEntry.Kind.SPECIAL;
            };
            long names = Integer.toUnsignedLong(stat.get(JAVA_INT, 16));
            int mode = stat.get(JAVA_SHORT, 28) & 07777;
            return new FolderEntry(kind, stat.get(JAVA_LONG, 40), stat.get(JAVA_LONG, 48) * 512, names, mode);
        }
    }

    /** getdents64(2): records of an inode number, an offset, a length, a type and a name that NUL ends. */
    static List<EntryName> names(int folder, int most) throws IOException {
        List<EntryName> names = new ArrayList<>();
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment records = memory.allocate(32 << 10, 8);
            made(null, (state, _) -> (long) LSEEK.invokeExact(state, folder, 0L, 0));
            while (true) {
                long length = made(
                        null, (state, _) -> (long) GETDENTS.invokeExact(state, folder, records, records.byteSize()));
                if (length == 0) {
                    return names;
                }
                for (long at = 0; at < length; at += Short.toUnsignedInt(records.get(JAVA_SHORT, at + 16))) {
                    byte[] name = name(records, at + 19);
                    if (!isSelfOrParent(name)) {
                        names.add(new EntryName(name));
                        if (names.size() > most) {
                            return names;
                        }
                    }
                }
            }
        }
    }

    private static byte[] name(MemorySegment records, long start) {
        long end = start;
        while (records.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        return records.asSlice(start, end - start).toArray(JAVA_BYTE);
    }

    private static boolean isSelfOrParent(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }

    static byte[] read(int file, long offset, int most) throws IOException {
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

    static void write(int file, byte[] bytes) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment buffer = string(memory, bytes);
            for (long at = 0; at < bytes.length; ) {
                long from = at;
                at += made(null, (state, _) ->
                        (long) WRITE.invokeExact(state, file, buffer.asSlice(from), bytes.length - from));
            }
        }
    }

    static void clear(int file) throws IOException {
        made(null, (state, _) -> (int) FTRUNCATE.invokeExact(state, file, 0L));
    }

    static void give(int file, ToolUser owner) throws IOException {
        made(null, (state, _) -> (int) FCHOWN.invokeExact(state, file, owner.uid(), owner.gid()));
    }

    static void permit(int descriptor, int mode) throws IOException {
        made(null, (state, _) -> (int) FCHMOD.invokeExact(state, descriptor, mode));
    }

    static void makeFolder(int folder, EntryName name) throws IOException {
        made(name, (state, memory) -> (int) MKDIRAT.invokeExact(state, folder, string(memory, name.bytes()), 0700));
    }

    static byte[] linkTarget(int folder, EntryName name) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment buffer = memory.allocate(LONGEST_PATH);
            long length = made(name, (state, inner) -> (long)
                    READLINKAT.invokeExact(state, folder, string(inner, name.bytes()), buffer, buffer.byteSize()));
            return buffer.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    static void makeLink(int folder, EntryName name, byte[] target) throws IOException {
        made(name, (state, memory) ->
                (int) SYMLINKAT.invokeExact(state, string(memory, target), folder, string(memory, name.bytes())));
    }

    static void giveLink(int folder, EntryName name, ToolUser owner) throws IOException {
        made(name, (state, memory) -> (int)
                FCHOWNAT.invokeExact(state, folder, string(memory, name.bytes()), owner.uid(), owner.gid(), NO_FOLLOW));
    }

    static void remove(int folder, EntryName name, boolean isFolder) throws IOException {
        int flags = isFolder ? REMOVE_FOLDER : 0;
        made(name, (state, memory) -> (int) UNLINKAT.invokeExact(state, folder, string(memory, name.bytes()), flags));
    }

    static void move(int from, EntryName name, int to, EntryName as) throws IOException {
        made(name, (state, memory) ->
                (int) RENAMEAT.invokeExact(state, from, string(memory, name.bytes()), to, string(memory, as.bytes())));
    }

    /** statvfs(3) as the C libraries of 64-bit Linux have it. */
    static DiskRoom room(Path path) throws IOException {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment stat = memory.allocate(256, 8);
            made(new EntryName(bytes), (state, inner) -> (int) STATVFS.invokeExact(state, string(inner, bytes), stat));
            boolean boundless = stat.get(JAVA_LONG, 40) == 0;
            return new DiskRoom(
                    stat.get(JAVA_LONG, 32) * stat.get(JAVA_LONG, 8),
                    boundless ? Long.MAX_VALUE : stat.get(JAVA_LONG, 56));
        }
    }
}
