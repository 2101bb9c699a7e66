package dev.sallyport.skillrunner;

import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.module.MeteredModule;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.MemoryLimits;

/** One instance of a module, made for one call and used once. All of it happens on the thread of the call. */
final class Guest {
    private final CompiledSkill compiled;
    private final MeteredModule metered;
    private final SkillLimits limits;
    private final Host host;
    private volatile long fuelUsed;
    private volatile int memoryPages;

    Guest(CompiledSkill compiled, SkillLimits limits, Host host) {
        this.compiled = compiled;
        this.metered = compiled.metered();
        this.limits = limits;
        this.host = host;
    }

    /**
     * Instantiates the module and calls the tool.
     *
     * @return the bytes of the answer
     * @throws CallEndedException if there is none
     */
    byte[] call(int tool, byte[] input) {
        return run(host.imports(), instance -> call(instance, tool, input));
    }

    /**
     * Instantiates the module and runs it as a program.
     *
     * @return what it wrote to standard output
     * @throws CallEndedException if it gave none, or ended with another exit status than 0
     */
    byte[] command(Wasi wasi) {
        try {
            return run(wasi.imports(), instance -> command(instance, wasi));
        } finally {
            wasi.log();
        }
    }

    private static byte[] command(Instance instance, Wasi wasi) {
        try {
            instance.export("_start").apply();
        } catch (Wasi.Exit exit) {
            if (exit.status() != 0) {
                throw new CallEndedException(
                        SkillFailure.EXIT_STATUS, "The program ended with exit status " + exit.status() + ".");
            }
        }
        return wasi.answer();
    }

    private interface Body {
        byte[] run(Instance instance);
    }

    private byte[] run(ImportValues imports, Body body) {
        Instance instance = instance(imports);
        instance.global(metered.fuel()).setValue(limits.fuel());
        try {
            if (metered.start() >= 0) {
                instance.getMachine().call(metered.start(), new long[0]);
            }
            return body.run(instance);
        } catch (CallEndedException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw ended(instance, e);
        } finally {
            fuelUsed =
                    limits.fuel() - Math.max(0, instance.global(metered.fuel()).getValue());
            memoryPages = instance.memory().pages();
        }
    }

    /** Without its start function, which is called when the fuel is there. */
    private Instance instance(ImportValues imports) {
        try {
            return Instance.builder(compiled.module())
                    .withImportValues(imports)
                    .withMachineFactory(compiled.machines())
                    .withMemoryFactory(this::memory)
                    .withStart(false)
                    .build();
        } catch (WasmEngineException e) {
            throw new CallEndedException(
                    SkillFailure.TRAPPED, "The module cannot be instantiated: " + Shown.message(e) + ".");
        }
    }

    private Memory memory(MemoryLimits declared) {
        if (declared.initialPages() > limits.memoryPages()) {
            throw new CallEndedException(
                    SkillFailure.MEMORY_LIMIT,
                    "The memory starts with " + declared.initialPages() + " pages; the call may have "
                            + limits.memoryPages() + ".");
        }
        int most = Math.min(declared.maximumPages(), limits.memoryPages());
        return new ByteArrayMemory(new MemoryLimits(declared.initialPages(), most));
    }

    private byte[] call(Instance instance, int tool, byte[] input) {
        int pointer = (int) instance.export("skill_alloc").apply(input.length)[0];
        if (pointer == 0 || !Host.lies(instance.memory(), pointer, input.length)) {
            throw refusedGrowth(instance)
                    ? new CallEndedException(SkillFailure.MEMORY_LIMIT, "The memory was refused to grow for the input.")
                    : new CallEndedException(SkillFailure.TRAPPED, "skill_alloc gave no memory for the input.");
        }
        instance.memory().write(pointer, input);
        long answer = instance.export("skill_call").apply(tool, pointer, input.length)[0];
        int length = (int) answer;
        host.output(length);
        if (!Host.lies(instance.memory(), (int) (answer >>> 32), length)) {
            throw new CallEndedException(SkillFailure.TRAPPED, "The answer does not lie within the memory.");
        }
        return instance.memory().readBytes((int) (answer >>> 32), length);
    }

    /** What a trap means: the module's variables tell whether its limits have led to it. */
    private CallEndedException ended(Instance instance, Throwable thrown) {
        if (instance.global(metered.fuel()).getValue() < 0) {
            return new CallEndedException(SkillFailure.FUEL_EXHAUSTED, "The fuel was used up.");
        }
        if (refusedGrowth(instance)) {
            return new CallEndedException(
                    SkillFailure.MEMORY_LIMIT,
                    "The memory was refused to grow beyond " + limits.memoryPages()
                            + " pages, and the module trapped.");
        }
        return new CallEndedException(SkillFailure.TRAPPED, Shown.message(thrown) + ".");
    }

    private boolean refusedGrowth(Instance instance) {
        return instance.global(metered.refusedGrowth()).getValue() != 0;
    }

    SkillUsage usage() {
        return new SkillUsage(fuelUsed, memoryPages, host.calls(), host.outputBytes());
    }
}
