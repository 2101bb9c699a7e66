package dev.sallyport.skillrunner;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.skills.module.MeteredModule;
import dev.sallyport.skills.pack.SkillPackage;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Function;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/**
 * The module of a package, validated, metered and compiled. Immutable: any number of calls, at the same time too, get
 * instances of their own from it.
 */
public final class CompiledSkill {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final SkillPackage skill;
    private final MeteredModule metered;
    private final WasmModule module;
    private final Function<Instance, Machine> machines;

    private CompiledSkill(SkillPackage skill) {
        this.skill = skill;
        byte[] original = skill.module();
        // Validated as it came: only then it is sure that it does not name the variables that metering appends.
        Parser.parse(original);
        this.metered = MeteredModule.of(original);
        this.module = Parser.parse(metered.bytes());
        this.machines = MachineFactoryCompiler.builder(module)
                .withInterpreterFallback(InterpreterFallback.FAIL)
                .compile();
    }

    /**
     * Validates and compiles the module. Nothing of it runs.
     *
     * @throws SkillRefusedException {@code MODULE}, if it is not valid WebAssembly or the engine cannot compile it
     */
    static CompiledSkill compile(SkillPackage skill, Workers workers) throws SkillRefusedException {
        return made(workers, () -> new CompiledSkill(skill));
    }

    /** The length of the module once its fuel is counted. */
    static long countedBytes(SkillPackage skill, Workers workers) throws SkillRefusedException {
        return made(workers, () -> (long) MeteredModule.of(skill.module()).bytes().length);
    }

    private static <T> T made(Workers workers, Callable<T> making) throws SkillRefusedException {
        return switch (workers.run("skill-compile", LONGEST, making)) {
            case Workers.End.Returned<T> returned -> returned.value();
            // Engines answer hostile modules with exceptions of every kind, so each of them is a refusal.
            case Workers.End.Threw<T> threw -> throw refused("is not valid: " + Shown.message(threw.thrown()));
            case Workers.End.Interrupted<T> interrupted ->
                throw refused(
                        interrupted.late()
                                ? "could not be compiled in time"
                                : "was not compiled: whoever asked for it was stopped");
            case Workers.End.Abandoned<T> _ -> throw refused("could not be compiled in time");
            case Workers.End.Exhausted<T> _ ->
                throw refused("was not compiled: too many threads are held by modules that could not be ended");
        };
    }

    private static SkillRefusedException refused(String what) {
        return new SkillRefusedException(Refusal.MODULE, SkillPackage.MODULE + " " + what + ".");
    }

    /** What it was compiled from. */
    public SkillPackage skill() {
        return skill;
    }

    MeteredModule metered() {
        return metered;
    }

    WasmModule module() {
        return module;
    }

    Function<Instance, Machine> machines() {
        return machines;
    }
}
