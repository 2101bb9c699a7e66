package dev.sallyport.policy.catalogue;

import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.List;

/**
 * What a workspace opens to programs, and how they are held. A call gets the strictest of this, what its tool says, and
 * what the policies demand.
 *
 * @param allowedExecutables programs that may run at all, by logical name; empty means none
 * @param unattendedExecutables of these, those that may run without a human where their argument profile says that the
 *     call only reads; they run confined: the workspace is read-only to them, and they can start no second program
 * @param interpreters of the allowed ones, those that may run although they run code given to them: each runs one file of
 *     the session's workspace, on nodes that allow it as well
 * @param environment names of the variables that a call of {@code process.run} may set
 * @param cwd whether a call of {@code process.run} may name the folder of the workspace that its program starts in
 * @param tier the least tier, {@code B} or {@code C}
 * @param limits what a call may use up
 * @param tools what is stricter for one tool
 */
public record SandboxProcessRunnerPolicy(
        List<String> allowedExecutables,
        List<String> unattendedExecutables,
        List<String> interpreters,
        List<String> environment,
        boolean cwd,
        Tier tier,
        Quotas limits,
        List<OfTool> tools) {
    /** Copies the lists. */
    public SandboxProcessRunnerPolicy {
        allowedExecutables = List.copyOf(allowedExecutables);
        unattendedExecutables = List.copyOf(unattendedExecutables);
        interpreters = List.copyOf(interpreters);
        environment = List.copyOf(environment);
        tools = List.copyOf(tools);
    }

    /** These programs, with what a fresh workspace, and a document from before there was more, says of all others. */
    public static SandboxProcessRunnerPolicy of(List<String> allowed, List<String> unattended) {
        return new SandboxProcessRunnerPolicy(
                allowed, unattended, List.of(), List.of(), true, Tier.B, Quotas.INITIAL, List.of());
    }

    /**
     * What a call of a program may use up; its time is {@code execution_timeout_ms}.
     *
     * @param cpuMs processor time of all its processes together, milliseconds
     * @param memoryBytes memory of all its processes together
     * @param outputBytes standard output and error together
     * @param processes processes and threads at a time
     * @param openFiles open descriptors of one process
     * @param fileBytes size of one file
     * @param workspaceBytes size of the session's workspace
     */
    public record Quotas(
            long cpuMs,
            long memoryBytes,
            long outputBytes,
            int processes,
            int openFiles,
            long fileBytes,
            long workspaceBytes) {
        /** Of a fresh workspace. */
        public static final Quotas INITIAL =
                new Quotas(30_000, 268_435_456L, 1_048_576, 32, 256, 67_108_864L, 268_435_456L);

        /** Those limits, each no more than here; the time is theirs. */
        public Limits bound(Limits limits) {
            return new Limits(
                    limits.wallMs(),
                    Math.min(limits.cpuMs(), cpuMs),
                    Math.min(limits.memoryBytes(), memoryBytes),
                    Math.min(limits.outputBytes(), outputBytes),
                    Math.min(limits.processes(), processes),
                    Math.min(limits.openFiles(), openFiles),
                    Math.min(limits.fileBytes(), fileBytes),
                    Math.min(limits.workspaceBytes(), workspaceBytes));
        }
    }

    /**
     * What is stricter for one tool.
     *
     * @param tool its name
     * @param tier its least tier
     * @param limits what a call of it may use up
     */
    public record OfTool(String tool, Tier tier, Quotas limits) {}

    /** The least tier of a tool that is a program. */
    public Tier tierOf(String tool) {
        return tools.stream()
                .filter(each -> each.tool().equals(tool))
                .map(OfTool::tier)
                .reduce(tier, Tier::stricter);
    }

    /** The limits of a tool that is a program, each no more than here. */
    public Limits bound(String tool, Limits own) {
        Limits bound = limits.bound(own);
        for (OfTool each : tools) {
            bound = each.tool().equals(tool) ? each.limits().bound(bound) : bound;
        }
        return bound;
    }

    /** Whether the program may run although it runs code given to it. */
    boolean allowsInterpreter(String executable) {
        return allowedExecutables.contains(executable) && interpreters.contains(executable);
    }

    /** What a call of {@code process.run} may say of its program beyond the arguments. */
    public PermittedProgram program(String executable) {
        return new PermittedProgram(allowsInterpreter(executable), environment, cwd);
    }

    /** What a call of this own tool says of its program beyond the arguments. */
    public PermittedProgram program(ProgramTemplate template) {
        return new PermittedProgram(
                allowsInterpreter(template.executable()),
                List.copyOf(template.environment().keySet()),
                !template.cwd().isEmpty());
    }

    /** Whether a tool's program may run in a weaker tier than before. */
    boolean weakens(SandboxProcessRunnerPolicy before) {
        return !tier.satisfies(before.tier)
                || before.tools.stream().anyMatch(each -> !tierOf(each.tool()).satisfies(before.tierOf(each.tool())));
    }
}
