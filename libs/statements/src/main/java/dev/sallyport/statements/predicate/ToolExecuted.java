package dev.sallyport.statements.predicate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * tool-executed/v1: what happened, by the node that ran it; by executor control where the outcome is
 * {@code indeterminate}. Links to execution-permit/v1 and to the {@code execution-started} audit/v1.
 *
 * @param code typed code, UPPER_SNAKE, {@code OK} when succeeded
 * @param exitCode the process's exit code, where it exited
 * @param signal the signal's number, where one ended it
 * @param ran what ran; absent when nothing did
 * @param sandbox what the sandbox enforced, as observed; absent when nothing ran
 * @param resources what was used; absent when nothing ran
 * @param outputs stdout, stderr, value: each a detail
 * @param executionSha256 {@link ExecutionDigest} over the above; absent when nothing ran
 * @param startedAt when the process started, milliseconds
 */
public record ToolExecuted(
        Issuance issued,
        List<Link> links,
        CallOutcome outcome,
        String code,
        @Nullable Integer exitCode,
        @Nullable Integer signal,
        @Nullable Ran ran,
        Digest argsDigest,
        @Nullable SandboxEnforcement sandbox,
        @Nullable Resources resources,
        List<Output> outputs,
        @Nullable Digest executionSha256,
        @Nullable Instant startedAt,
        Instant finishedAt,
        @Nullable Host host)
        implements Predicate {
    /** Copies the lists. */
    public ToolExecuted {
        links = List.copyOf(links);
        outputs = List.copyOf(outputs);
    }

    /** The result of a call of which nothing is known to have run, finished when it is issued; it names no host. */
    public static ToolExecuted withoutRun(
            Issuance issued, List<Link> links, CallOutcome outcome, String code, Digest argsDigest) {
        return new ToolExecuted(
                issued,
                links,
                outcome,
                code,
                null,
                null,
                null,
                argsDigest,
                null,
                null,
                List.of(),
                null,
                null,
                issued.at(),
                null);
    }

    /**
     * What ran.
     *
     * @param kind the kind of code
     * @param name the logical executable or the built-in's name
     * @param digest SHA-256 of the executable file, of the module, or of the built-in's name and version
     */
    public record Ran(RuntimeKind kind, String name, Digest digest) {}

    /**
     * What was asked of the sandbox and what was observed in force.
     *
     * @param requestedTier the permit's least tier
     * @param tier the tier that ran it; absent for a built-in of the node, which runs in none
     * @param backend for example {@code bubblewrap 0.8.0}, {@code builtin}
     * @param facts each enforced property as observed
     */
    public record SandboxEnforcement(
            Tier requestedTier, @Nullable Tier tier, String backend, List<Fact> facts) {
        /** Copies the list. */
        public SandboxEnforcement {
            facts = List.copyOf(facts);
        }
    }

    /**
     * One property of the sandbox.
     *
     * @param name for example {@code no_new_privs}, {@code network_namespace}, {@code memory_limit}
     * @param value what was observed, for example a namespace id or a limit read back
     */
    public record Fact(String name, State state, @Nullable String value) {}

    /** How a property held. */
    public enum State {
        /** Observed in force. */
        @JsonProperty("enforced")
        ENFORCED,
        /** In force by a weaker mechanism than wanted. */
        @JsonProperty("degraded")
        DEGRADED,
        /** This host has no mechanism for it. */
        @JsonProperty("unsupported")
        UNSUPPORTED
    }

    /**
     * What was used.
     *
     * @param wallMs wall clock, milliseconds
     * @param cpuMs processor time, milliseconds, where it could be read
     * @param maxRssBytes peak memory, where it could be read
     * @param outputBytes bytes written to standard output and error
     */
    public record Resources(
            long wallMs, @Nullable Long cpuMs, @Nullable Long maxRssBytes, long outputBytes) {}

    /**
     * One output.
     *
     * @param name {@code stdout}, {@code stderr} or {@code value}
     * @param detail what was kept, a detail
     * @param totalBytes bytes produced
     * @param totalSha256 SHA-256 over all bytes produced; absent where {@code detail} holds all of them
     * @param truncated whether the detail holds less than was produced
     * @param gap where bytes are missing between the first and the last ones that the detail holds; absent where none
     *     are missing there
     */
    public record Output(
            String name,
            DetailRef detail,
            long totalBytes,
            @Nullable Digest totalSha256,
            boolean truncated,
            @Nullable Gap gap) {}

    /**
     * Bytes that were produced and not kept.
     *
     * @param at how many bytes of the detail come before them
     * @param bytes how many they are, at least 1
     */
    public record Gap(long at, long bytes) {}

    /**
     * Where it ran.
     *
     * @param node the node's name
     * @param os operating system
     * @param kernel kernel release
     * @param arch processor architecture
     */
    public record Host(String node, String os, String kernel, String arch) {}
}
