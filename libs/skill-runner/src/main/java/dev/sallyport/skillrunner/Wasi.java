package dev.sallyport.skillrunner;

import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.module.WasiFunction;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;

/**
 * What a program finds that is built for WASI preview 1: its input, its answer, its messages, and nothing else of a system.
 * The numbers are those of the interface's description ({@code wasi_snapshot_preview1.witx}).
 */
final class Wasi {
    private static final int INPUT = 0;
    private static final int ANSWER = 1;
    private static final int MESSAGES = 2;

    private static final int SUCCESS = 0;
    private static final int BAD_DESCRIPTOR = 8;
    private static final int FAULT = 21;
    private static final int INVALID = 28;
    private static final int NOT_SEEKABLE = 70;
    private static final int NOT_CAPABLE = 76;

    /** A line is more than its bytes to whoever keeps it, and an empty one has none. */
    private static final int MOST_LINES = 10_000;

    private static final int MOST_PARTS = 1_024;
    private static final int PART_BYTES = 8;
    private static final int STAT_BYTES = 24;
    private static final int STAT_RIGHTS = 8;

    /** The rights to read and to write a descriptor. */
    private static final long RIGHTS = 1L << 1 | 1L << 6;

    private final Host host;
    private final SkillCall call;
    private final byte[] argument;
    private final ByteBuffer input;
    private final RandomBytes random;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

    Wasi(Host host, SkillCall call, byte[] input) {
        this.host = host;
        this.call = call;
        this.argument = (call.tool() + "\0").getBytes(StandardCharsets.UTF_8);
        this.input = ByteBuffer.wrap(input);
        this.random = new RandomBytes(call.seed());
    }

    /** The program has ended by itself. */
    static final class Exit extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        Exit(int status) {
            super(null, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    ImportValues imports() {
        ImportValues.Builder imports = ImportValues.builder();
        for (WasiFunction function : WasiFunction.values()) {
            imports.addFunction(new ImportFunction(
                    WasiFunction.MODULE,
                    function.importName(),
                    Host.type(function.parameters(), function.results()),
                    (instance, arguments) -> answer(function, instance, arguments)));
        }
        return imports.build();
    }

    private long[] answer(WasiFunction function, Instance instance, long[] arguments) {
        host.counted(instance);
        if (function == WasiFunction.PROC_EXIT) {
            throw new Exit((int) arguments[0]);
        }
        return new long[] {error(function, instance, arguments)};
    }

    private int error(WasiFunction function, Instance instance, long[] arguments) {
        int first = arguments.length > 0 ? (int) arguments[0] : 0;
        int second = arguments.length > 1 ? (int) arguments[1] : 0;
        return switch (function) {
            case ARGS_SIZES_GET -> sizes(instance, first, second, 1, argument.length);
            case ARGS_GET -> arguments(instance, first, second);
            case ENVIRON_SIZES_GET -> sizes(instance, first, second, 0, 0);
            case ENVIRON_GET, SCHED_YIELD -> SUCCESS;
            case CLOCK_TIME_GET ->
                granted(CapabilityKind.CLOCK) ? wide(instance, (int) arguments[2], nanoseconds()) : NOT_CAPABLE;
            case CLOCK_RES_GET ->
                granted(CapabilityKind.CLOCK) ? wide(instance, second, TimeUnit.MILLISECONDS.toNanos(1)) : NOT_CAPABLE;
            case RANDOM_GET -> granted(CapabilityKind.RANDOM) ? random(instance, first, second) : NOT_CAPABLE;
            case FD_READ -> first == INPUT ? read(instance, arguments) : BAD_DESCRIPTOR;
            case FD_WRITE -> first == ANSWER || first == MESSAGES ? write(instance, arguments) : BAD_DESCRIPTOR;
            case FD_FDSTAT_GET -> stream(first) ? stat(instance, second) : BAD_DESCRIPTOR;
            case FD_SEEK, FD_TELL -> stream(first) ? NOT_SEEKABLE : BAD_DESCRIPTOR;
            case FD_FDSTAT_SET_FLAGS, FD_CLOSE -> stream(first) ? SUCCESS : BAD_DESCRIPTOR;
            case FD_PRESTAT_GET, FD_PRESTAT_DIR_NAME -> BAD_DESCRIPTOR;
            case FD_FILESTAT_GET, PATH_OPEN, PATH_FILESTAT_GET -> NOT_CAPABLE;
            case PROC_EXIT -> throw new IllegalStateException("a program that has ended goes on");
        };
    }

    private static boolean stream(int descriptor) {
        return descriptor >= INPUT && descriptor <= MESSAGES;
    }

    private boolean granted(CapabilityKind capability) {
        return call.granted().contains(capability) && host.requests(capability);
    }

    private long nanoseconds() {
        return TimeUnit.MILLISECONDS.toNanos(Math.max(0, call.now().toEpochMilli()));
    }

    private static int sizes(Instance instance, int count, int bytes, int texts, int length) {
        Memory memory = instance.memory();
        if (!Host.lies(memory, count, Integer.BYTES) || !Host.lies(memory, bytes, Integer.BYTES)) {
            return FAULT;
        }
        memory.writeI32(count, texts);
        memory.writeI32(bytes, length);
        return SUCCESS;
    }

    private int arguments(Instance instance, int pointers, int texts) {
        Memory memory = instance.memory();
        if (!Host.lies(memory, pointers, Integer.BYTES) || !Host.lies(memory, texts, argument.length)) {
            return FAULT;
        }
        memory.writeI32(pointers, texts);
        memory.write(texts, argument);
        return SUCCESS;
    }

    private static int wide(Instance instance, int at, long value) {
        if (!Host.lies(instance.memory(), at, Long.BYTES)) {
            return FAULT;
        }
        instance.memory().writeLong(at, value);
        return SUCCESS;
    }

    private int random(Instance instance, int buffer, int length) {
        if (length < 0 || length > Host.MOST_RANDOM_BYTES || !Host.lies(instance.memory(), buffer, length)) {
            return INVALID;
        }
        host.charge(instance, length);
        instance.memory().write(buffer, random.next(length));
        return SUCCESS;
    }

    private static int stat(Instance instance, int at) {
        if (!Host.lies(instance.memory(), at, STAT_BYTES)) {
            return FAULT;
        }
        // What kind of file it is remains unknown, so that nobody takes it for a terminal.
        ByteBuffer stat = ByteBuffer.allocate(STAT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        stat.putLong(STAT_RIGHTS, RIGHTS);
        instance.memory().write(at, stat.array());
        return SUCCESS;
    }

    /** Goes through the parts of the memory that a reading or writing names, and says how many bytes that were. */
    private int parts(Instance instance, long[] arguments, Part part) {
        Memory memory = instance.memory();
        int list = (int) arguments[1];
        int count = (int) arguments[2];
        int told = (int) arguments[3];
        if (count < 0 || count > MOST_PARTS) {
            return INVALID;
        }
        if (!Host.lies(memory, list, count * PART_BYTES) || !Host.lies(memory, told, Integer.BYTES)) {
            return FAULT;
        }
        int all = 0;
        for (int at = 0; at < count; at++) {
            int pointer = memory.readInt(list + at * PART_BYTES);
            int length = memory.readInt(list + at * PART_BYTES + Integer.BYTES);
            if (!Host.lies(memory, pointer, length)) {
                return FAULT;
            }
            all += part.done(memory, pointer, length);
        }
        memory.writeI32(told, all);
        return SUCCESS;
    }

    private interface Part {
        int done(Memory memory, int pointer, int length);
    }

    private int read(Instance instance, long[] arguments) {
        return parts(instance, arguments, (memory, pointer, length) -> {
            byte[] bytes = new byte[Math.min(length, input.remaining())];
            host.charge(instance, bytes.length);
            input.get(bytes);
            memory.write(pointer, bytes);
            return bytes.length;
        });
    }

    private int write(Instance instance, long[] arguments) {
        ByteArrayOutputStream stream = arguments[0] == ANSWER ? answer : messages;
        return parts(instance, arguments, (memory, pointer, length) -> {
            host.output(length);
            host.charge(instance, length);
            stream.writeBytes(memory.readBytes(pointer, length));
            return length;
        });
    }

    /** What the program wrote to standard output. */
    byte[] answer() {
        return answer.toByteArray();
    }

    /** What it wrote to standard error, line by line, as warnings. */
    void log() {
        messages.toString(StandardCharsets.UTF_8)
                .lines()
                .limit(MOST_LINES)
                .forEach(line -> host.add(new SkillLogLine(2, line)));
    }
}
