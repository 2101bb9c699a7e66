package dev.sallyport.executor.platform;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * macOS: structures with 64-bit inode numbers, as every program has had them since 10.6. On x86-64 the functions that
 * fill them carry that in their names, on Arm there are no others.
 */
@SuppressWarnings("restricted")
final class MacCalls extends PosixCalls {
    private static final String WIDE = System.getProperty("os.arch").equals("aarch64") ? "" : "$INODE64";

    /** {@code struct stat} (sys/stat.h); the four times are a second and a nanosecond each. */
    static final StructLayout STAT = MemoryLayout.structLayout(
            JAVA_INT.withName("st_dev"),
            JAVA_SHORT.withName("st_mode"),
            JAVA_SHORT.withName("st_nlink"),
            JAVA_LONG.withName("st_ino"),
            JAVA_INT.withName("st_uid"),
            JAVA_INT.withName("st_gid"),
            JAVA_INT.withName("st_rdev"),
            MemoryLayout.paddingLayout(4),
            MemoryLayout.sequenceLayout(8, JAVA_LONG).withName("times"),
            JAVA_LONG.withName("st_size"),
            JAVA_LONG.withName("st_blocks"),
            JAVA_INT.withName("st_blksize"),
            JAVA_INT.withName("st_flags"),
            JAVA_INT.withName("st_gen"),
            JAVA_INT.withName("st_lspare"),
            MemoryLayout.sequenceLayout(2, JAVA_LONG).withName("st_qspare"));

    /** {@code struct dirent} (sys/dirent.h). */
    static final StructLayout DIRENT = MemoryLayout.structLayout(
            JAVA_LONG.withName("d_ino"),
            JAVA_LONG.withName("d_seekoff"),
            JAVA_SHORT.withName("d_reclen"),
            JAVA_SHORT.withName("d_namlen"),
            JAVA_BYTE.withName("d_type"),
            MemoryLayout.sequenceLayout(1024, JAVA_BYTE).withName("d_name"),
            MemoryLayout.paddingLayout(3));

    /** fcntl.h. */
    static final Numbers NUMBERS =
            new Numbers(-2, 0x20, 0x80, 0x200, 0x800, 0x20000, 0x8, 0x4, 0x1000000, 0x100000, 0x100);

    /** sys/errno.h. */
    static final Errors ERRORS = new Errors(63, 66, 62, 69);

    private static final EntryName SELF = new EntryName(new byte[] {'.'});
    private static final int OWNERS_FOLDER = 0700;

    private final MethodHandle fstatat =
            function("fstatat" + WIDE, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private final MethodHandle fstat = function("fstat" + WIDE, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private final MethodHandle fdopendir = function("fdopendir" + WIDE, FunctionDescriptor.of(ADDRESS, JAVA_INT));
    private final MethodHandle readdir = function("readdir" + WIDE, FunctionDescriptor.of(ADDRESS, ADDRESS));
    private final MethodHandle closedir = function("closedir", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private final MethodHandle fchmodat =
            function("fchmodat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));

    MacCalls() {
        super(NUMBERS, ERRORS);
    }

    @Override
    FolderEntry entry(int folder, EntryName name) throws IOException {
        return entry(folder, name.bytes(), numbers().linkItself(), name);
    }

    @Override
    FolderEntry entry(Path path) throws IOException {
        return entry(numbers().here(), path.toString().getBytes(StandardCharsets.UTF_8), 0, null);
    }

    private FolderEntry entry(int at, byte[] path, int flags, @Nullable EntryName name) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment stat = memory.allocate(STAT);
            made(name, (state, inner) -> (int) fstatat.invokeExact(state, at, string(inner, path), stat, flags));
            return entry(stat);
        }
    }

    @Override
    FolderEntry entry(int descriptor) throws IOException {
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment stat = memory.allocate(STAT);
            made(null, (state, _) -> (int) fstat.invokeExact(state, descriptor, stat));
            return entry(stat);
        }
    }

    static FolderEntry entry(MemorySegment stat) {
        return entry(
                stat.get(JAVA_SHORT, offset(STAT, "st_mode")),
                Short.toUnsignedLong(stat.get(JAVA_SHORT, offset(STAT, "st_nlink"))),
                stat.get(JAVA_LONG, offset(STAT, "st_size")),
                stat.get(JAVA_LONG, offset(STAT, "st_blocks")));
    }

    /** From a descriptor of its own: a list has one position, which it would else share with other threads. */
    @Override
    List<EntryName> names(int folder, int most) throws IOException {
        int own = open(folder, SELF, numbers().toList());
        MemorySegment list = MemorySegment.NULL;
        List<EntryName> names = new ArrayList<>();
        try {
            list = opened(own);
            for (MemorySegment next = next(list); next.address() != 0; next = next(list)) {
                byte[] name = name(next.reinterpret(DIRENT.byteSize()));
                if (!isSelfOrParent(name)) {
                    names.add(new EntryName(name));
                    if (names.size() > most) {
                        return names;
                    }
                }
            }
            return names;
        } finally {
            MemorySegment opened = list;
            if (opened.address() == 0) {
                close(own);
            } else {
                made(null, (state, _) -> (int) closedir.invokeExact(state, opened));
            }
        }
    }

    static byte[] name(MemorySegment entry) {
        int length = Short.toUnsignedInt(entry.get(JAVA_SHORT, offset(DIRENT, "d_namlen")));
        return entry.asSlice(offset(DIRENT, "d_name"), length).toArray(JAVA_BYTE);
    }

    private MemorySegment opened(int descriptor) throws IOException {
        return MemorySegment.ofAddress(made(null, (state, _) -> {
            MemorySegment list = (MemorySegment) fdopendir.invokeExact(state, descriptor);
            return list.address() == 0 ? -1 : list.address();
        }));
    }

    /** NULL at the end, and for an error that leaves the list shorter: both have errno, and only one sets it. */
    private MemorySegment next(MemorySegment list) throws IOException {
        return MemorySegment.ofAddress(made(null, (state, _) -> {
            state.fill((byte) 0);
            MemorySegment next = (MemorySegment) readdir.invokeExact(state, list);
            return next.address() == 0 && failed(state) ? -1 : next.address();
        }));
    }

    @Override
    void unlock(int folder, EntryName name) throws IOException {
        made(name, (state, memory) -> (int) fchmodat.invokeExact(
                state,
                folder,
                string(memory, name.bytes()),
                OWNERS_FOLDER,
                numbers().linkItself()));
    }

    /** APFS makes files as long as there are bytes. */
    @Override
    DiskRoom room(Path path) throws IOException {
        return new DiskRoom(Files.getFileStore(path).getUsableSpace(), Long.MAX_VALUE);
    }

    private static long offset(StructLayout struct, String field) {
        return struct.byteOffset(PathElement.groupElement(field));
    }
}
