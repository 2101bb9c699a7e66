package dev.sallyport.executor.platform;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Linux: statx(2), getdents64(2), statvfs(3). */
final class LinuxCalls extends PosixCalls {
    private static final int EMPTY_PATH = 0x1000; // AT_EMPTY_PATH
    private static final int BASIC_STATS = 0x7ff; // STATX_BASIC_STATS
    private static final int O_PATH = 0x200000;

    private static final MethodHandle STATX =
            function("statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle GETDENTS =
            function("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle STATVFS = function("statvfs", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));

    LinuxCalls() {
        super(numbers(System.getProperty("os.arch").equals("aarch64")), new Errors(36, 39, 40, 122));
    }

    /** Two flags are not the same on all processors (asm/fcntl.h). */
    private static Numbers numbers(boolean arm) {
        return new Numbers(
                -100,
                0x100,
                0x200,
                0x40,
                0x80,
                0x100,
                0x400,
                0x800,
                0x80000,
                arm ? 0x4000 : 0x10000,
                arm ? 0x8000 : 0x20000);
    }

    @Override
    FolderEntry entry(int folder, EntryName name) throws IOException {
        return entry(folder, name.bytes(), numbers().linkItself(), name);
    }

    @Override
    FolderEntry entry(Path path) throws IOException {
        return entry(numbers().here(), path.toString().getBytes(StandardCharsets.UTF_8), 0, null);
    }

    @Override
    FolderEntry entry(int descriptor) throws IOException {
        return entry(descriptor, new byte[0], EMPTY_PATH, null);
    }

    /** statx(2), whose structure is the same on all processors (linux/stat.h). */
    private FolderEntry entry(int at, byte[] path, int flags, @Nullable EntryName name) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment stat = memory.allocate(256, 8);
            made(name, (state, inner) ->
                    (int) STATX.invokeExact(state, at, string(inner, path), flags, BASIC_STATS, stat));
            return entry(
                    stat.get(JAVA_SHORT, 28),
                    Integer.toUnsignedLong(stat.get(JAVA_INT, 16)),
                    stat.get(JAVA_LONG, 40),
                    stat.get(JAVA_LONG, 48));
        }
    }

    /** Records of an inode number, an offset, a length, a type and a name that NUL ends. */
    @Override
    List<EntryName> names(int folder, int most) throws IOException {
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

    /** chmod(2) by name would follow a link; this name leads to what was opened and nowhere else. */
    @Override
    void unlock(int folder, EntryName name) throws IOException {
        Numbers flags = numbers();
        int handle = open(folder, name, flags.noFollow() | flags.closeOnExecution() | flags.directory() | O_PATH);
        try {
            Files.setPosixFilePermissions(
                    Path.of("/proc/self/fd/" + handle), PosixFilePermissions.fromString("rwx------"));
        } finally {
            close(handle);
        }
    }

    /** As the C libraries of 64-bit Linux have it. */
    @Override
    DiskRoom room(Path path) throws IOException {
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
