package dev.sallyport.skillrunner;

import dev.sallyport.skillrunner.SkillResult.Answered;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skillrunner.host.SkillHost;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.SkillAbi;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.manifest.SkillTool;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs skills in this process: compiled WebAssembly, a fresh instance for each call, on a thread of its own, within one
 * deadline around all that is the module's. Safe for use by several threads.
 *
 * <p>A module reaches nothing but its own memory and the host functions that its manifest asks for. Whether the package is
 * trusted is to be asked before every call, and how many calls run at the same time is the caller's to bound. The memory of
 * all modules together is bounded here: a call waits within its own time until what it may use is free.
 */
public final class SkillRunner {
    /** The engine's name in statements. */
    public static final String ENGINE = "endive";

    /** How long a module has to end once it was interrupted. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private static final int MOST_ABANDONED = 4;

    private static final JsonRules ANSWER =
            new JsonRules(SkillLimits.MOST.outputBytes(), 32, SkillLimits.MOST.outputBytes(), 10_000, false, true);

    private final Workers workers = new Workers(GRACE, MOST_ABANDONED);
    private final MemoryBudget memory;

    /** A runner that has gone through a module of our own; {@link IllegalStateException} if the engine fails at it. */
    public SkillRunner() {
        this(MemoryBudget.ofThisProcess());
    }

    /** A runner whose modules have this memory together. */
    SkillRunner(MemoryBudget memory) {
        this.memory = memory;
        WarmUp.run(this);
    }

    /**
     * Validates and compiles the module of a package, once for all its calls. Nothing of it runs.
     *
     * @throws SkillRefusedException {@code MODULE}, if it is not valid WebAssembly or the engine cannot compile it
     */
    public CompiledSkill compile(SkillPackage skill) throws SkillRefusedException {
        return CompiledSkill.compile(skill, workers);
    }

    /**
     * How many bytes the module of a package has as it is run, with what counts its fuel. Nothing is compiled, so this is
     * cheap beside {@link #compile}.
     *
     * @throws SkillRefusedException {@code MODULE}, if its fuel cannot be counted
     */
    public long countedBytes(SkillPackage skill) throws SkillRefusedException {
        return CompiledSkill.countedBytes(skill, workers);
    }

    /**
     * Calls a tool that gets no files and keeps nothing.
     *
     * @throws IllegalArgumentException if the skill has no tool of this name
     */
    public SkillResult run(CompiledSkill compiled, SkillCall call) {
        return run(compiled, call, SkillHost.NONE);
    }

    /**
     * Calls a tool. An interrupt of the calling thread ends the call.
     *
     * @param behind what stands behind the host functions, for this call alone; of a call that was ended it may still be
     *     answering a question, whose thread is interrupted
     * @throws IllegalArgumentException if the skill has no tool of this name
     */
    public SkillResult run(CompiledSkill compiled, SkillCall call, SkillHost behind) {
        SkillManifest manifest = compiled.skill().manifest();
        int number = manifest.toolNumber(call.tool())
                .orElseThrow(() -> new IllegalArgumentException(manifest.id() + " has no tool " + call.tool()));
        SkillTool tool = manifest.tools().get(number);
        List<String> misfits = compiled.skill().schema(tool.inputSchema()).violations(call.input());
        if (!misfits.isEmpty()) {
            return new Failed(
                    SkillFailure.SCHEMA_MISMATCH,
                    "The input does not fit the tool's schema: " + String.join("; ", misfits) + ".",
                    SkillUsage.NONE,
                    List.of());
        }
        SkillLimits limits = call.limits().atMost(manifest.limits());
        Host host = new Host(
                call, limits, manifest.capabilities(), compiled.metered().fuel(), behind);
        Guest guest = new Guest(compiled, limits, host);
        byte[] input = CanonicalJson.write(call.input());
        if (limits.memoryPages() > memory.pages()) {
            return new Failed(
                    SkillFailure.MEMORY_LIMIT,
                    "The call may use " + limits.memoryPages() + " pages of memory, and the modules of all calls have "
                            + memory.pages() + " here. Lower the limit of memory, or give the process a larger heap.",
                    SkillUsage.NONE,
                    List.of());
        }
        long began = System.nanoTime();
        try {
            MemoryBudget.Share share = memory.take(
                    (int) Math.min(memory.pages(), limits.memoryPages() + host.pagesOfCopies()), limits.wall());
            if (share == null) {
                return new Failed(
                        SkillFailure.RUNNER_EXHAUSTED,
                        "Other calls held the memory for modules all the time. Propose the call again.",
                        SkillUsage.NONE,
                        List.of());
            }
            Duration left = limits.wall().minusNanos(System.nanoTime() - began);
            Callable<byte[]> task = manifest.abi() == SkillAbi.WASI_COMMAND
                    ? () -> guest.command(new Wasi(host, call, input))
                    : () -> guest.call(number, input);
            return run(compiled, tool, new Guarded(guest, host, limits, share), left, task);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Failed(SkillFailure.STOPPED, "The call was stopped.", SkillUsage.NONE, List.of());
        }
    }

    /** A module that is about to run, and what it has. */
    private record Guarded(Guest guest, Host host, SkillLimits limits, MemoryBudget.Share share) {}

    private SkillResult run(
            CompiledSkill compiled, SkillTool tool, Guarded guarded, Duration left, Callable<byte[]> task) {
        Guest guest = guarded.guest();
        Host host = guarded.host();
        SkillLimits limits = guarded.limits();
        String name = "skill-" + compiled.skill().manifest().id();
        // The thread gives the memory back, since a module that cannot be ended still has it.
        return switch (workers.run(name, left.isNegative() ? Duration.ZERO : left, guarded.share()::close, task)) {
            case Workers.End.Returned<byte[]> returned ->
                answered(compiled, tool, returned.value(), guest.usage(), host.lines());
            case Workers.End.Threw<byte[]> threw -> failed(threw.thrown(), guest.usage(), host.lines());
            case Workers.End.Interrupted<byte[]> interrupted ->
                interrupted.late()
                        ? new Failed(SkillFailure.TIMED_OUT, late(limits), guest.usage(), host.lines())
                        : new Failed(SkillFailure.STOPPED, "The call was stopped.", guest.usage(), host.lines());
            // The thread goes on, so what it has used is not known: the most that it may have.
            case Workers.End.Abandoned<byte[]> _ ->
                new Failed(
                        SkillFailure.TIMED_OUT,
                        late(limits) + " Its thread could not be ended.",
                        most(limits),
                        List.of());
            case Workers.End.Exhausted<byte[]> _ ->
                new Failed(
                        SkillFailure.RUNNER_EXHAUSTED,
                        "Modules that could not be ended hold too many threads. Restart the process.",
                        SkillUsage.NONE,
                        List.of());
        };
    }

    private static Failed failed(Throwable thrown, SkillUsage usage, List<SkillLogLine> log) {
        return thrown instanceof CallEndedException ended
                ? new Failed(ended.failure(), Shown.message(ended), usage, log)
                : new Failed(SkillFailure.ENGINE_FAILED, Shown.message(thrown) + ".", usage, log);
    }

    private static SkillResult answered(
            CompiledSkill compiled, SkillTool tool, byte[] answer, SkillUsage usage, List<SkillLogLine> log) {
        ObjectNode output;
        try {
            output = CanonicalJson.readObject(answer, ANSWER);
        } catch (JsonRefusedException e) {
            return new Failed(
                    SkillFailure.SCHEMA_MISMATCH, "The answer is no JSON object: " + e.getMessage() + ".", usage, log);
        }
        List<String> misfits = compiled.skill().schema(tool.outputSchema()).violations(output);
        if (!misfits.isEmpty()) {
            return new Failed(
                    SkillFailure.SCHEMA_MISMATCH,
                    "The answer does not fit the tool's schema: " + String.join("; ", misfits) + ".",
                    usage,
                    log);
        }
        return new Answered(new String(CanonicalJson.write(output), StandardCharsets.UTF_8), usage, log);
    }

    private static String late(SkillLimits limits) {
        return "The call took longer than " + limits.wall().toMillis() + " ms.";
    }

    private static SkillUsage most(SkillLimits limits) {
        return new SkillUsage(limits.fuel(), limits.memoryPages(), limits.hostCalls(), limits.outputBytes());
    }

    /** Whether it begins calls: not while threads that could not be ended hold all that there may be of such. */
    public boolean accepts() {
        return workers.abandoned() < MOST_ABANDONED;
    }

    /** How many threads are held by modules that could not be ended. */
    public int abandonedThreads() {
        return workers.abandoned();
    }
}
