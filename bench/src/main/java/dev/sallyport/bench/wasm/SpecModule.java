package dev.sallyport.bench.wasm;

import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.module.MeteredModule;
import dev.sallyport.skills.module.ModuleScan;
import dev.sallyport.skills.module.ModuleViolation;
import dev.sallyport.skills.module.ModuleViolation.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.MemoryLimits;

/** A module of the suite on the way that modules of skills go: scanned, validated, metered, compiled, instantiated. */
final class SpecModule {
    /** What makes a module one that no skill may have, whether it is valid WebAssembly or not. */
    private static final Set<Rule> BEYOND_SKILLS = EnumSet.of(
            Rule.ENABLED, Rule.BOUNDED, Rule.ONE_TABLE, Rule.KNOWN_IMPORT, Rule.IMPORT_TYPE, Rule.IMPORT_REQUESTED);

    /** The suite's modules need none; a skill's must have one. */
    private static final String NO_MEMORY = "there are 0 memories";

    private final byte[] bytes;
    private final Instance instance;

    private SpecModule(byte[] bytes, Instance instance) {
        this.bytes = bytes;
        this.instance = instance;
    }

    /**
     * What the scan says of a module.
     *
     * @param verdict whether skills may have it
     * @param why the rule that it is beyond, or how it is malformed; empty where neither is
     */
    record Scanned(Verdict verdict, String why) {}

    /** Whether skills may have a module. */
    enum Verdict {
        /** They may, as far as the scan can tell. */
        ACCEPTED,
        /** It is not well-formed. */
        MALFORMED,
        /** It uses what no skill may use. */
        BEYOND
    }

    static Scanned scan(byte[] bytes) {
        List<ModuleViolation> violations =
                ModuleScan.of(bytes, AnySkill.MANIFEST).violations();
        for (ModuleViolation violation : violations) {
            if (BEYOND_SKILLS.contains(violation.rule())
                    || (violation.rule() == Rule.ONE_MEMORY
                            && !violation.detail().equals(NO_MEMORY))) {
                return new Scanned(Verdict.BEYOND, violation.rule().name());
            }
        }
        return violations.stream()
                .filter(violation -> violation.rule() == Rule.WELL_FORMED)
                .map(violation -> new Scanned(Verdict.MALFORMED, violation.detail()))
                .findFirst()
                .orElseGet(() -> new Scanned(Verdict.ACCEPTED, ""));
    }

    /** Why the engine does not take the bytes; empty if it does. */
    static Optional<String> refusal(byte[] bytes) {
        try {
            compile(Parser.parse(bytes), bytes);
            return Optional.empty();
        } catch (RuntimeException | StackOverflowError e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Instance.Builder compile(WasmModule valid, byte[] bytes) {
        WasmModule metered = Parser.parse(MeteredModule.of(bytes).bytes());
        if (valid.exportSection().exportCount() != metered.exportSection().exportCount()) {
            throw new IllegalStateException("metering has changed what is exported");
        }
        return Instance.builder(metered)
                .withMachineFactory(MachineFactoryCompiler.builder(metered)
                        .withInterpreterFallback(InterpreterFallback.FAIL)
                        .compile())
                .withMemoryFactory(SpecModule::memory)
                .withStart(false);
    }

    /** As a call of a skill that may have as much as any. */
    private static Memory memory(MemoryLimits declared) {
        int most = Math.min(declared.maximumPages(), SkillLimits.MOST.memoryPages());
        return new ByteArrayMemory(new MemoryLimits(declared.initialPages(), most));
    }

    /** Instantiates a valid module, with its start function; throws what the engine throws. */
    static SpecModule instantiate(byte[] bytes) {
        MeteredModule metering = MeteredModule.of(bytes);
        Instance instance = compile(Parser.parse(bytes), bytes).build();
        instance.global(metering.fuel()).setValue(Long.MAX_VALUE);
        if (metering.start() >= 0) {
            instance.getMachine().call(metering.start(), new long[0]);
        }
        return new SpecModule(bytes, instance);
    }

    /** The module as it came. */
    byte[] bytes() {
        return bytes.clone();
    }

    /** Calls an exported function; throws what the engine throws. */
    long[] call(String function, long... arguments) {
        long[] results = instance.export(function).apply(arguments);
        return results == null ? new long[0] : results;
    }

    /** The value of an exported variable. */
    long variable(String name) {
        return instance.exports().global(name).getValue();
    }
}
