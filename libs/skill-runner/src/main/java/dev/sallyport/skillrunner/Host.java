package dev.sallyport.skillrunner;

import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.module.HostAnswer;
import dev.sallyport.skills.module.HostFunction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
    private static final int MOST_RANDOM_BYTES = 65_536;
    private static final int HIGHEST_LEVEL = 3;

    private final SkillCall call;
    private final SkillLimits limits;
    private final Set<CapabilityKind> requested;
    private final int fuel;
    private final RandomBytes random;
    private final List<SkillLogLine> log = new ArrayList<>();
    private int calls;
    private int outputBytes;

    Host(SkillCall call, SkillLimits limits, Set<CapabilityKind> requested, int fuel) {
        this.call = call;
        this.limits = limits;
        this.requested = requested;
        this.fuel = fuel;
        this.random = new RandomBytes(call.seed());
    }

    /** What the module is linked with: every function that its manifest asks for, and no other. */
    ImportValues imports() {
        ImportValues.Builder imports = ImportValues.builder();
        for (HostFunction function : HostFunction.values()) {
            if (function.capability().map(requested::contains).orElse(true)) {
                FunctionType type = FunctionType.of(types(function.parameters()), types(function.results()));
                imports.addFunction(new ImportFunction(
                        HostFunction.MODULE,
                        function.importName(),
                        type,
                        (instance, arguments) -> answer(function, instance, arguments)));
            }
        }
        return imports.build();
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

    private long[] answer(HostFunction function, Instance instance, long[] arguments) {
        if (++calls > limits.hostCalls()) {
            throw new CallEndedException(
                    SkillFailure.HOST_CALL_LIMIT, "More than " + limits.hostCalls() + " calls of host functions.");
        }
        charge(instance, CALL_FUEL);
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
            case LOG, KV_GET, KV_SET, FS_READ, FS_WRITE, HTTP_REQUEST -> HostAnswer.NOT_SUPPORTED.code();
        };
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

    private void charge(Instance instance, long units) {
        long left = instance.global(fuel).getValue() - units;
        instance.global(fuel).setValue(left);
        if (left < 0) {
            throw new CallEndedException(SkillFailure.FUEL_EXHAUSTED, "The fuel was used up.");
        }
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
