package dev.sallyport.bench.code;

import dev.sallyport.skills.module.MeteredModule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/** The loop of the example skill over 50 kB, with several branches for each byte: as it is written, and counting its fuel. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SkillLoops {
    private static final int BYTES = 50_000;
    private static final int OVERHEAD = 16;

    @SuppressWarnings("NullAway.Init")
    private Instance plain;

    @SuppressWarnings("NullAway.Init")
    private Instance metered;

    private int fuel;
    private int plainInput;
    private int meteredInput;

    @SuppressWarnings("NullAway.Init")
    private byte[] input;

    /** Compiles both. */
    @Setup
    public void compile() throws IOException {
        byte[] module = module();
        input = ("{\"text\":\"" + "card 4111 or x ".repeat((BYTES - OVERHEAD) / 15) + "\"}")
                .getBytes(StandardCharsets.US_ASCII);
        plain = instance(module);
        plainInput = (int) plain.export("skill_alloc").apply(input.length)[0];
        MeteredModule counting = MeteredModule.of(module);
        fuel = counting.fuel();
        metered = instance(counting.bytes());
        metered.global(fuel).setValue(Long.MAX_VALUE);
        meteredInput = (int) metered.export("skill_alloc").apply(input.length)[0];
    }

    private static byte[] module() throws IOException {
        try (InputStream in = SkillLoops.class.getResourceAsStream("/skills/module.wasm")) {
            if (in == null) {
                throw new IllegalStateException("the example skill's module is missing");
            }
            return in.readAllBytes();
        }
    }

    private static Instance instance(byte[] bytes) {
        WasmModule module = Parser.parse(bytes);
        ImportFunction log = new ImportFunction(
                "skill1",
                "log",
                FunctionType.of(List.of(ValType.I32, ValType.I32, ValType.I32), List.of()),
                (instance, arguments) -> new long[0]);
        return Instance.builder(module)
                .withImportValues(ImportValues.builder().addFunction(log).build())
                .withMachineFactory(MachineFactoryCompiler.builder(module)
                        .withInterpreterFallback(InterpreterFallback.FAIL)
                        .compile())
                .build();
    }

    /** As it is written. */
    @Benchmark
    public long plain() {
        return called(plain, plainInput);
    }

    /** Counting its fuel. */
    @Benchmark
    public long metered() {
        metered.global(fuel).setValue(Long.MAX_VALUE);
        return called(metered, meteredInput);
    }

    private long called(Instance instance, int at) {
        instance.memory().write(at, input);
        long answer = instance.export("skill_call").apply(0, at, input.length)[0];
        if ((int) answer != input.length) {
            throw new IllegalStateException("the module answered " + answer);
        }
        return answer;
    }
}
