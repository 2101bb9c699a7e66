package dev.sallyport.executor.platform;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/** What of files Java does not tell on Windows. */
interface WindowsHandles {
    /** A folder that nobody can move, remove or turn into a link until it is closed. */
    interface Pin extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * What the file system says of a file.
     *
     * @param names how many names it has
     * @param reparse whether it is a link, a junction or something else that leads on
     */
    record Identity(long volume, long index, long names, boolean reparse) {}

    /**
     * Holds a folder where it is.
     *
     * @throws NotDirectoryException if there is none, or something that leads elsewhere
     */
    Pin pin(Path folder) throws IOException;

    /** Of a file or folder; of a link, its own. */
    Identity identity(Path path) throws IOException;

    /** Holds a file to its name: until it is closed nobody can remove it, move it or put another in its place. */
    Pin hold(Path file) throws IOException;

    /** By the system's functions (fileapi.h). */
    static WindowsHandles system() {
        return new Kernel32();
    }

    /** The functions of kernel32. */
    @SuppressWarnings("restricted")
    final class Kernel32 implements WindowsHandles {
        /** {@code BY_HANDLE_FILE_INFORMATION}; times are two halves of 64 bits, aligned like halves. */
        static final StructLayout INFORMATION = MemoryLayout.structLayout(
                JAVA_INT.withName("dwFileAttributes"),
                MemoryLayout.sequenceLayout(6, JAVA_INT).withName("times"),
                JAVA_INT.withName("dwVolumeSerialNumber"),
                JAVA_INT.withName("nFileSizeHigh"),
                JAVA_INT.withName("nFileSizeLow"),
                JAVA_INT.withName("nNumberOfLinks"),
                JAVA_INT.withName("nFileIndexHigh"),
                JAVA_INT.withName("nFileIndexLow"));

        private static final int FILE_LIST_DIRECTORY = 1;
        private static final int FILE_READ_DATA = 1;
        private static final int FILE_READ_ATTRIBUTES = 0x80;
        private static final int FILE_SHARE_READ = 1;
        private static final int FILE_SHARE_WRITE = 2;
        private static final int FILE_SHARE_ALL = 7;
        private static final int OPEN_EXISTING = 3;
        private static final int FILE_FLAG_BACKUP_SEMANTICS = 0x02000000;
        private static final int FILE_FLAG_OPEN_REPARSE_POINT = 0x00200000;
        private static final int FILE_ATTRIBUTE_DIRECTORY = 0x10;
        private static final int FILE_ATTRIBUTE_REPARSE_POINT = 0x400;
        private static final long INVALID_HANDLE_VALUE = -1;

        private static final int ERROR_FILE_NOT_FOUND = 2;
        private static final int ERROR_PATH_NOT_FOUND = 3;
        private static final int ERROR_ACCESS_DENIED = 5;
        private static final int ERROR_SHARING_VIOLATION = 32;

        private static final StructLayout STATE = Linker.Option.captureStateLayout();

        private final long lastError = STATE.byteOffset(PathElement.groupElement("GetLastError"));
        private final MethodHandle createFile;
        private final MethodHandle information;
        private final MethodHandle closeHandle;

        private Kernel32() {
            SymbolLookup kernel32 = SymbolLookup.libraryLookup("kernel32.dll", Arena.global());
            createFile = function(
                    kernel32,
                    "CreateFileW",
                    FunctionDescriptor.of(
                            JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG));
            information = function(
                    kernel32, "GetFileInformationByHandle", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));
            closeHandle = function(kernel32, "CloseHandle", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
        }

        private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor type) {
            return Linker.nativeLinker()
                    .downcallHandle(library.findOrThrow(name), type, Linker.Option.captureCallState("GetLastError"));
        }

        /** Shared for reading alone: who would move, remove or redirect the folder has to open it for more. */
        @Override
        public Pin pin(Path folder) throws IOException {
            long handle = open(folder, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES, FILE_SHARE_READ);
            boolean kept = false;
            try {
                int attributes = attributes(folder, handle).get(JAVA_INT, 0);
                if ((attributes & FILE_ATTRIBUTE_DIRECTORY) == 0 || (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
                    throw new NotDirectoryException(folder.toString());
                }
                kept = true;
                return () -> close(handle);
            } finally {
                if (!kept) {
                    close(handle);
                }
            }
        }

        @Override
        public Identity identity(Path path) throws IOException {
            long handle = open(path, FILE_READ_ATTRIBUTES, FILE_SHARE_ALL);
            try {
                MemorySegment all = attributes(path, handle);
                long high = Integer.toUnsignedLong(field(all, "nFileIndexHigh"));
                return new Identity(
                        Integer.toUnsignedLong(field(all, "dwVolumeSerialNumber")),
                        high << 32 | Integer.toUnsignedLong(field(all, "nFileIndexLow")),
                        Integer.toUnsignedLong(field(all, "nNumberOfLinks")),
                        (field(all, "dwFileAttributes") & FILE_ATTRIBUTE_REPARSE_POINT) != 0);
            } finally {
                close(handle);
            }
        }

        /** Without reading, what it is shared for would count for nothing. */
        @Override
        public Pin hold(Path file) throws IOException {
            long handle = open(file, FILE_READ_DATA | FILE_READ_ATTRIBUTES, FILE_SHARE_READ | FILE_SHARE_WRITE);
            return () -> close(handle);
        }

        private static int field(MemorySegment all, String name) {
            return all.get(JAVA_INT, INFORMATION.byteOffset(PathElement.groupElement(name)));
        }

        private long open(Path path, int access, int share) throws IOException {
            int flags = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;
            try (Arena memory = Arena.ofConfined()) {
                MemorySegment state = memory.allocate(STATE);
                long handle = (long) createFile.invokeWithArguments(List.of(
                        state, wide(memory, path), access, share, MemorySegment.NULL, OPEN_EXISTING, flags, 0L));
                if (handle == INVALID_HANDLE_VALUE) {
                    throw failure(state.get(JAVA_INT, lastError), path);
                }
                return handle;
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        private MemorySegment attributes(Path path, long handle) throws IOException {
            try (Arena memory = Arena.ofConfined()) {
                MemorySegment state = memory.allocate(STATE);
                MemorySegment all = Arena.ofAuto().allocate(INFORMATION);
                int told = (int) information.invokeWithArguments(List.of(state, handle, all));
                if (told == 0) {
                    throw failure(state.get(JAVA_INT, lastError), path);
                }
                return all;
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        private void close(long handle) {
            try (Arena memory = Arena.ofConfined()) {
                closeHandle.invokeWithArguments(List.of(memory.allocate(STATE), handle));
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        private static IOException failure(int error, Path path) {
            return switch (error) {
                case ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND -> new NoSuchFileException(path.toString());
                case ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION -> new AccessDeniedException(path.toString());
                default -> new FileSystemException(path.toString(), null, "error " + error);
            };
        }

        /** With the prefix that takes names as they are: without it Windows maps names like {@code nul} and {@code a.}. */
        private static MemorySegment wide(Arena memory, Path path) {
            String absolute = path.toAbsolutePath().normalize().toString();
            String text = (absolute.startsWith("\\\\") ? absolute : "\\\\?\\" + absolute) + "\0";
            return memory.allocateFrom(JAVA_CHAR, text.toCharArray());
        }
    }
}
