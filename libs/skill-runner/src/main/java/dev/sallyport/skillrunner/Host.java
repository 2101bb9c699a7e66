package dev.sallyport.skillrunner;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.arguments.ProtectedNames;
import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.skillrunner.host.HostFile;
import dev.sallyport.skillrunner.host.HostRefusedException;
import dev.sallyport.skillrunner.host.HostRequest;
import dev.sallyport.skillrunner.host.NotRepeatedException;
import dev.sallyport.skillrunner.host.SkillHost;
import dev.sallyport.skills.manifest.Capabilities;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.HttpCapability;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.module.HostAnswer;
import dev.sallyport.skills.module.HostFunction;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * The host functions of one call. A function that was not granted answers so; what this runner has nothing behind answers
 * that it is not supported. No function calls the module back.
 */
final class Host {
    private static final int CALL_FUEL = 100;
    static final int MOST_RANDOM_BYTES = 65_536;
    private static final int HIGHEST_LEVEL = 3;

    private static final int LONGEST_NAME = 4096;

    /** A response is read, written for the module, and kept in case it had too little room; each may have grown by half. */
    private static final int COPIES_OF_RESPONSE = 4;

    /** Its level, a space, and its end: a line is never free, since even an empty one is kept. */
    private static final int LINE_BYTES = 3;

    private final SkillCall call;
    private final SkillLimits limits;
    private final Capabilities capabilities;
    private final SkillHost behind;
    private final int fuel;
    private final RandomBytes random;
    private final List<SkillLogLine> log = new ArrayList<>();
    private int calls;
    private int outputBytes;
    private byte[] response = new byte[0];

    Host(SkillCall call, SkillLimits limits, Capabilities capabilities, int fuel, SkillHost behind) {
        this.call = call;
        this.limits = limits;
        this.capabilities = capabilities;
        this.behind = behind;
        this.fuel = fuel;
        this.random = new RandomBytes(call.seed());
    }

    /** What the module is linked with: every function that its manifest asks for, and no other. */
    ImportValues imports() {
        ImportValues.Builder imports = ImportValues.builder();
        for (HostFunction function : HostFunction.values()) {
            if (function.capability().map(capabilities.kinds()::contains).orElse(true)) {
                imports.addFunction(new ImportFunction(
                        HostFunction.MODULE,
                        function.importName(),
                        type(function.parameters(), function.results()),
                        (instance, arguments) -> answer(function, instance, arguments)));
            }
        }
        return imports.build();
    }

    static FunctionType type(List<String> parameters, List<String> results) {
        return FunctionType.of(types(parameters), types(results));
    }

    private static List<ValType> types(List<String> names) {
        return names.stream()
                .map(name -> switch (name) {
                    case "i32" -> ValType.I32;
                    case "i64" -> ValType.I64;
                    default -> throw new IllegalStateException("no host function has a value of type " + name);
                })
                .toList();
    }

    /** Counts a call of the host. */
    void counted(Instance instance) {
        if (++calls > limits.hostCalls()) {
            throw new CallEndedException(
                    SkillFailure.HOST_CALL_LIMIT, "More than " + limits.hostCalls() + " calls of host functions.");
        }
        charge(instance, CALL_FUEL);
    }

    /** Whether the manifest asks for it. */
    boolean requests(CapabilityKind capability) {
        return capabilities.kinds().contains(capability);
    }

    private long[] answer(HostFunction function, Instance instance, long[] arguments) {
        counted(instance);
        if (function == HostFunction.LOG) {
            log(instance, arguments);
            return new long[0];
        }
        return new long[] {granted(function, instance, arguments)};
    }

    private long granted(HostFunction function, Instance instance, long[] arguments) {
        if (!function.capability().map(call.granted()::contains).orElse(true)) {
            return HostAnswer.CAPABILITY_DENIED.code();
        }
        return switch (function) {
            case NOW_MS -> Math.max(0, call.now().toEpochMilli());
            case RANDOM -> random(instance, (int) arguments[0], (int) arguments[1]);
            case KV_GET, FS_READ -> read(function, instance, arguments);
            case KV_SET, FS_WRITE -> write(function, instance, arguments);
            case HTTP_REQUEST -> request(instance, arguments);
            case LOG -> HostAnswer.NOT_SUPPORTED.code();
        };
    }

    /** Gives as much as the module has room for, and answers how much there is. */
    private long read(HostFunction function, Instance instance, long[] arguments) {
        String name = name(instance, (int) arguments[0], (int) arguments[1]);
        int buffer = (int) arguments[2];
        int capacity = (int) arguments[3];
        if (name == null || capacity < 0 || !lies(instance.memory(), buffer, capacity)) {
            return HostAnswer.BAD_ARGUMENT.code();
        }
        charge(instance, name.length());
        try {
            if (function == HostFunction.KV_GET) {
                return given(instance, asked(() -> behind.value(name)), buffer, capacity);
            }
            HostFile file = asked(() -> behind.readFile(file(name, false), capacity));
            given(instance, file.bytes(), buffer, capacity);
            return file.length() <= Integer.MAX_VALUE ? file.length() : HostAnswer.REFUSED.code();
        } catch (HostRefusedException e) {
            return e.answer().code();
        }
    }

    /** Writes as much as there is room for, and answers how much there is. */
    private long given(Instance instance, byte[] found, int buffer, int capacity) {
        int given = Math.min(found.length, capacity);
        charge(instance, given);
        instance.memory().write(buffer, found, 0, given);
        return found.length;
    }

    /** Sends a request; one of length 0 gives the last response again, for a module that had too little room for it. */
    private long request(Instance instance, long[] arguments) {
        int text = (int) arguments[0];
        int length = (int) arguments[1];
        int buffer = (int) arguments[2];
        int capacity = (int) arguments[3];
        if (length < 0
                || length > HostRequest.MOST_BYTES
                || capacity < 0
                || !lies(instance.memory(), text, length)
                || !lies(instance.memory(), buffer, capacity)) {
            return HostAnswer.BAD_ARGUMENT.code();
        }
        if (length == 0) {
            return response.length == 0 ? HostAnswer.NOT_FOUND.code() : given(instance, response, buffer, capacity);
        }
        charge(instance, length);
        byte[] bytes = instance.memory().readBytes(text, length);
        response = new byte[0];
        try {
            response = asked(() -> {
                HostRequest request = HostRequest.parse(bytes);
                return behind.request(request, most(request));
            });
            return given(instance, response, buffer, capacity);
        } catch (HostRefusedException e) {
            return e.answer().code();
        }
    }

    /** Pages of memory besides the module's own that its responses and files take while they are handed over. */
    long pagesOfCopies() {
        long most = capabilities.http().stream()
                .mapToLong(HttpCapability::maxResponseBytes)
                .max()
                .orElse(0);
        long response = Math.min(most, limits.memoryPages() * (long) Memory.PAGE_SIZE);
        long files = capabilities.files().isEmpty() ? 0 : limits.memoryPages();
        return files + COPIES_OF_RESPONSE * ((response + Memory.PAGE_SIZE - 1) / Memory.PAGE_SIZE);
    }

    /** The most bytes of a response that the manifest asks for, and that the module may ever have room for. */
    private int most(HostRequest request) throws HostRefusedException {
        WebAddress address = request.address();
        if (address.tls() && address.port() == HostRule.HTTPS) {
            long most = capabilities.http().stream()
                    .filter(wanted ->
                            wanted.allows(request.method(), address.host().text(), address.target()))
                    .mapToLong(HttpCapability::maxResponseBytes)
                    .max()
                    .orElse(0);
            if (most > 0) {
                return (int) Math.min(most, limits.memoryPages() * (long) Memory.PAGE_SIZE);
            }
        }
        throw new HostRefusedException(HostAnswer.REFUSED);
    }

    private long write(HostFunction function, Instance instance, long[] arguments) {
        String name = name(instance, (int) arguments[0], (int) arguments[1]);
        int content = (int) arguments[2];
        int length = (int) arguments[3];
        if (name == null || length < 0 || !lies(instance.memory(), content, length)) {
            return HostAnswer.BAD_ARGUMENT.code();
        }
        if (function == HostFunction.KV_SET && length > capabilities.keyValueBytes()) {
            return HostAnswer.REFUSED.code();
        }
        charge(instance, name.length() + (long) length);
        try {
            String file = function == HostFunction.KV_SET ? name : file(name, true);
            byte[] bytes = instance.memory().readBytes(content, length);
            asked(() -> {
                if (function == HostFunction.KV_SET) {
                    behind.keep(name, bytes, capabilities.keyValueBytes());
                } else {
                    behind.writeFile(file, bytes);
                }
                return bytes;
            });
            return 0;
        } catch (HostRefusedException e) {
            return e.answer().code();
        }
    }

    /** The one name of a file that the manifest asks for. */
    private String file(String path, boolean write) throws HostRefusedException {
        PathArgument argument = PathArgument.of(path);
        boolean asked = argument.place() == PathArgument.Place.INSIDE
                && argument.isPlain()
                && argument.namesAFile()
                && capabilities.files().stream().anyMatch(wanted -> wanted.allows(argument.name(), write))
                && !(write && ProtectedNames.cover(argument.name()));
        if (!asked) {
            throw new HostRefusedException(HostAnswer.REFUSED);
        }
        return argument.name();
    }

    /** A key or a path, null if it is none: at most 4,096 bytes of UTF-8, without NUL. */
    private static @Nullable String name(Instance instance, int pointer, int length) {
        if (length <= 0 || length > LONGEST_NAME || !lies(instance.memory(), pointer, length)) {
            return null;
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(instance.memory().readBytes(pointer, length)))
                    .toString();
            return name.indexOf('\0') < 0 ? name : null;
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    private interface Question<T> {
        T answer() throws HostRefusedException;
    }

    /**
     * Asks on another thread. The module may have left next to no stack on this one, and a class of the host that is
     * initialised there would be broken for as long as the process lives.
     */
    private static <T> T asked(Question<T> question) throws HostRefusedException {
        FutureTask<T> task = new FutureTask<>(question::answer);
        Thread.ofVirtual().name("skill-host").start(task);
        try {
            return task.get();
        } catch (InterruptedException _) {
            // Whoever is behind it waits for the end of what it does, before anybody hears of the call's.
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new CallEndedException(SkillFailure.STOPPED, "The call was stopped while it asked its host.");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case HostRefusedException refused -> throw refused;
                case NotRepeatedException other ->
                    throw new CallEndedException(SkillFailure.NOT_REPEATED, String.valueOf(other.getMessage()));
                case null, default ->
                    throw new CallEndedException(
                            SkillFailure.ENGINE_FAILED,
                            "The host failed: " + Shown.message(e.getCause() == null ? e : e.getCause()) + ".");
            }
        }
    }

    private long random(Instance instance, int buffer, int length) {
        if (length > MOST_RANDOM_BYTES || !lies(instance.memory(), buffer, length)) {
            return HostAnswer.BAD_ARGUMENT.code();
        }
        charge(instance, length);
        instance.memory().write(buffer, random.next(length));
        return 0;
    }

    private void log(Instance instance, long[] arguments) {
        int text = (int) arguments[1];
        int length = (int) arguments[2];
        if (!lies(instance.memory(), text, length)) {
            throw new CallEndedException(SkillFailure.TRAPPED, "A logged line does not lie within the memory.");
        }
        output(length);
        output(LINE_BYTES);
        charge(instance, length);
        byte[] bytes = instance.memory().readBytes(text, length);
        int level = (int) arguments[0];
        log.add(new SkillLogLine(Math.clamp(level, 0, HIGHEST_LEVEL), new String(bytes, StandardCharsets.UTF_8)));
    }

    /** Whether so many bytes from there on lie within the memory; both are unsigned. */
    static boolean lies(Memory memory, int pointer, int length) {
        return Integer.toUnsignedLong(pointer) + Integer.toUnsignedLong(length)
                <= (long) memory.pages() * Memory.PAGE_SIZE;
    }

    /** Counts bytes that leave the module. */
    void output(int length) {
        if (Integer.toUnsignedLong(length) > limits.outputBytes() - outputBytes) {
            throw new CallEndedException(
                    SkillFailure.OUTPUT_LIMIT,
                    "The answer and the log are longer than " + limits.outputBytes() + " bytes together.");
        }
        outputBytes += length;
    }

    void charge(Instance instance, long units) {
        long left = instance.global(fuel).getValue() - units;
        instance.global(fuel).setValue(left);
        if (left < 0) {
            throw new CallEndedException(SkillFailure.FUEL_EXHAUSTED, "The fuel was used up.");
        }
    }

    void add(SkillLogLine line) {
        log.add(line);
    }

    int calls() {
        return calls;
    }

    int outputBytes() {
        return outputBytes;
    }

    List<SkillLogLine> lines() {
        return List.copyOf(log);
    }
}
