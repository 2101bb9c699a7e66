package dev.sallyport.skills.module;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The functions of WASI preview 1 ({@value #MODULE}) that a command may import; there are no others. They are what a
 * program with a C library needs that reads standard input and writes standard output. A program's own capabilities decide
 * what clock and randomness answer, and not whether they can be imported, since libraries import them unasked.
 */
public enum WasiFunction {
    /** Sizes of the arguments. */
    ARGS_SIZES_GET("args_sizes_get", "i32 i32 -> i32"),
    /** The arguments: the tool's name alone. */
    ARGS_GET("args_get", "i32 i32 -> i32"),
    /** Sizes of the environment. */
    ENVIRON_SIZES_GET("environ_sizes_get", "i32 i32 -> i32"),
    /** The environment: empty. */
    ENVIRON_GET("environ_get", "i32 i32 -> i32"),
    /** The time of the call, whatever the clock. */
    CLOCK_TIME_GET("clock_time_get", "i32 i64 i32 -> i32"),
    /** The clock's resolution: a millisecond. */
    CLOCK_RES_GET("clock_res_get", "i32 i32 -> i32"),
    /** Random bytes. */
    RANDOM_GET("random_get", "i32 i32 -> i32"),
    /** Reads standard input. */
    FD_READ("fd_read", "i32 i32 i32 i32 -> i32"),
    /** Writes standard output or standard error. */
    FD_WRITE("fd_write", "i32 i32 i32 i32 -> i32"),
    /** What a stream is: a stream. */
    FD_FDSTAT_GET("fd_fdstat_get", "i32 i32 -> i32"),
    /** Streams have no flags to set. */
    FD_FDSTAT_SET_FLAGS("fd_fdstat_set_flags", "i32 i32 -> i32"),
    /** Streams have no position. */
    FD_SEEK("fd_seek", "i32 i64 i32 i32 -> i32"),
    /** Closes a stream. */
    FD_CLOSE("fd_close", "i32 -> i32"),
    /** There are no folders. */
    FD_PRESTAT_GET("fd_prestat_get", "i32 i32 -> i32"),
    /** There are no folders. */
    FD_PRESTAT_DIR_NAME("fd_prestat_dir_name", "i32 i32 i32 -> i32"),
    /** What a stream is: nothing that has a size. */
    FD_FILESTAT_GET("fd_filestat_get", "i32 i32 -> i32"),
    /** Streams have no position. */
    FD_TELL("fd_tell", "i32 i32 -> i32"),
    /** There are no files. */
    PATH_OPEN("path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32 -> i32"),
    /** There are no files. */
    PATH_FILESTAT_GET("path_filestat_get", "i32 i32 i32 i32 i32 -> i32"),
    /** There is nobody else to run. */
    SCHED_YIELD("sched_yield", "-> i32"),
    /** Ends the program. */
    PROC_EXIT("proc_exit", "i32 ->");

    /** The name of the module that all are imported from. */
    public static final String MODULE = "wasi_snapshot_preview1";

    private final String name;
    private final String type;

    WasiFunction(String name, String type) {
        this.name = name;
        this.type = type;
    }

    /** The function of this name; empty if there is none. */
    static Optional<WasiFunction> find(String name) {
        return Arrays.stream(values())
                .filter(function -> function.name.equals(name))
                .findFirst();
    }

    /** Its name within {@value #MODULE}. */
    public String importName() {
        return name;
    }

    /** The value types of its parameters, like {@code i32}. */
    public List<String> parameters() {
        return type().parameters();
    }

    /** The value types of its results; none or one. */
    public List<String> results() {
        return type().results();
    }

    FunctionType type() {
        return FunctionType.of(type);
    }
}
