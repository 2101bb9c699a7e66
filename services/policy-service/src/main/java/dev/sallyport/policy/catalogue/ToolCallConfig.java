package dev.sallyport.policy.catalogue;

import dev.sallyport.policy.budget.Limits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a workspace opens, one immutable version. An empty list means nobody; everybody is an explicit {@code *}.
 *
 * @param version counted from 1
 * @param allowSensitiveTools whether sensitive tools run without a human
 * @param allowlistedTools tools that may be called
 * @param allowlistedSkills skills that may be called
 * @param allowedPrincipals principals that may call: a name, {@code <kind>:*} or {@code *}
 * @param allowedChannels channels that may carry calls: a name or {@code *}
 * @param maxCallsPerRun granted calls of one run
 * @param maxCallsPerHour granted calls of one principal in one hour, in all its runs together
 * @param executionTimeoutMs longest execution, milliseconds
 * @param processRunner the programs
 * @param wasmRunner what modules of skills may do at most
 * @param features the wire names of the {@link Feature}s that are on, sorted
 */
public record ToolCallConfig(
        int version,
        boolean allowSensitiveTools,
        List<String> allowlistedTools,
        List<String> allowlistedSkills,
        List<String> allowedPrincipals,
        List<String> allowedChannels,
        int maxCallsPerRun,
        int maxCallsPerHour,
        long executionTimeoutMs,
        SandboxProcessRunnerPolicy processRunner,
        WasmPluginRunnerPolicy wasmRunner,
        List<String> features) {
    private static final String EVERYBODY = "*";

    /** Of a fresh workspace, and of a document from before there was this limit. */
    static final int CALLS_PER_HOUR = 1_000;

    /** Programs that only read and report, and do it without {@code /proc}. */
    private static final List<String> HARMLESS = List.of(
            "cat", "date", "du", "echo", "expr", "false", "head", "id", "ls", "pwd", "seq", "stat", "tail", "true",
            "uname", "wc");

    /** Programs that change files of the workspace or can be made to, and df, which reports on the machine. */
    private static final List<String> OTHERS =
            List.of("chmod", "cp", "df", "mkdir", "mv", "rm", "sort", "tee", "touch", "uniq");

    /** Copies the lists. */
    public ToolCallConfig {
        allowlistedTools = List.copyOf(allowlistedTools);
        allowlistedSkills = List.copyOf(allowlistedSkills);
        allowedPrincipals = List.copyOf(allowedPrincipals);
        allowedChannels = List.copyOf(allowedChannels);
        features = List.copyOf(features);
    }

    /** What a fresh workspace opens: the built-in tools to its agents and people, sensitive ones only with a human. */
    public static ToolCallConfig initial() {
        return new ToolCallConfig(
                1,
                false,
                List.of("echo", "fs.list", "fs.read", "fs.write", "process.run", "sleep"),
                List.of(),
                List.of("agent:*", "person:*"),
                List.of("api", "cli"),
                100,
                CALLS_PER_HOUR,
                60_000,
                SandboxProcessRunnerPolicy.of(
                        Stream.concat(HARMLESS.stream(), OTHERS.stream())
                                .sorted()
                                .toList(),
                        HARMLESS),
                WasmPluginRunnerPolicy.INITIAL,
                List.of());
    }

    /** The same configuration as the version of this number. */
    public ToolCallConfig numbered(int number) {
        return new ToolCallConfig(
                number,
                allowSensitiveTools,
                allowlistedTools,
                allowlistedSkills,
                allowedPrincipals,
                allowedChannels,
                maxCallsPerRun,
                maxCallsPerHour,
                executionTimeoutMs,
                processRunner,
                wasmRunner,
                features);
    }

    /** The same configuration with exactly these features on. */
    public ToolCallConfig withFeatures(Collection<String> names) {
        return new ToolCallConfig(
                version,
                allowSensitiveTools,
                allowlistedTools,
                allowlistedSkills,
                allowedPrincipals,
                allowedChannels,
                maxCallsPerRun,
                maxCallsPerHour,
                executionTimeoutMs,
                processRunner,
                wasmRunner,
                List.copyOf(names));
    }

    /** Whether the feature is on. One that lacks a feature that it needs is off. */
    public boolean has(Feature feature) {
        return features.contains(feature.wire()) && feature.needs().stream().allMatch(this::has);
    }

    /** How many calls may be granted. */
    public Limits limits() {
        return new Limits(maxCallsPerRun, maxCallsPerHour);
    }

    /** Whether the tool is opened. */
    public boolean opensTool(String tool) {
        return names(allowlistedTools, tool);
    }

    /** Whether the skill is opened. */
    public boolean opensSkill(String skill) {
        return names(allowlistedSkills, skill);
    }

    /** Whether the tool is opened: by its own name, or with the skill that it is of. */
    public boolean opens(ToolMetadata tool) {
        SkillOrigin skill = tool.skill();
        return skill == null ? opensTool(tool.name()) : opensSkill(skill.id());
    }

    /** Whether the principal may call. */
    public boolean allowsPrincipal(String principal) {
        return names(allowedPrincipals, principal)
                || allowedPrincipals.contains(principal.substring(0, principal.indexOf(':') + 1) + EVERYBODY);
    }

    /** Whether the channel may carry calls. */
    public boolean allowsChannel(String channel) {
        return names(allowedChannels, channel);
    }

    /** Whether the program may run. */
    public boolean allowsExecutable(String executable) {
        return processRunner.allowedExecutables().contains(executable);
    }

    /** Whether the program may run without a human, and therefore only confined. */
    public boolean confines(String executable) {
        return allowsExecutable(executable)
                && processRunner.unattendedExecutables().contains(executable);
    }

    /**
     * What this configuration lets happen that the other one does not, as the names of fields: a human who is no longer
     * asked, somebody or something that is let in, or a weaker sandbox. Limits (calls of a run and of an hour, execution
     * time, quotas of programs) open nothing: they bound what is open already.
     */
    public List<String> opensBeyond(ToolCallConfig before) {
        List<String> opened = new ArrayList<>();
        note(opened, "allow_sensitive_tools", allowSensitiveTools && !before.allowSensitiveTools);
        note(opened, "allowlisted_tools", adds(allowlistedTools, before::opensTool));
        note(opened, "allowlisted_skills", adds(allowlistedSkills, before::opensSkill));
        note(
                opened,
                "wasm_runner.capabilities",
                adds(wasmRunner.capabilities(), before.wasmRunner.capabilities()::contains));
        note(opened, "allowed_principals", adds(allowedPrincipals, before::allowsPrincipal));
        note(opened, "allowed_channels", adds(allowedChannels, before::allowsChannel));
        note(
                opened,
                "process_runner.allowed_executables",
                adds(processRunner.allowedExecutables(), before::allowsExecutable));
        note(
                opened,
                "process_runner.unattended_executables",
                adds(processRunner.unattendedExecutables(), before.processRunner.unattendedExecutables()::contains));
        note(
                opened,
                "process_runner.interpreters",
                adds(processRunner.interpreters(), before.processRunner.interpreters()::contains));
        note(
                opened,
                "process_runner.environment",
                adds(processRunner.environment(), before.processRunner.environment()::contains));
        note(opened, "process_runner.cwd", processRunner.cwd() && !before.processRunner.cwd());
        note(opened, "process_runner.tier", processRunner.weakens(before.processRunner));
        note(opened, "features", adds(features, before.features::contains));
        return List.copyOf(opened);
    }

    private static boolean adds(List<String> names, Predicate<String> coveredBefore) {
        return !names.stream().allMatch(coveredBefore);
    }

    private static void note(List<String> opened, String field, boolean opens) {
        if (opens) {
            opened.add(field);
        }
    }

    private static boolean names(List<String> list, String name) {
        return list.contains(EVERYBODY) || list.contains(name);
    }
}
