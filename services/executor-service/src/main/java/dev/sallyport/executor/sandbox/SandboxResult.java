package dev.sallyport.executor.sandbox;

import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call in a sandbox ended. The sandbox was proven in force before the tool started.
 *
 * @param exitStatus the tool's exit status as a shell reports it (128 + signal for a killed one), null if the sandbox
 *     ended it
 * @param failure why the sandbox ended the tool, null if the tool ended by itself
 * @param facts what was observed in force
 * @param treeGone whether every process of the call was seen to be gone
 */
public record SandboxResult(
        @Nullable Integer exitStatus,
        @Nullable ToolFailure failure,
        CapturedStream stdout,
        CapturedStream stderr,
        List<Fact> facts,
        ResourceUse use,
        Instant startedAt,
        Instant endedAt,
        boolean treeGone) {
    /** Copies the list. */
    public SandboxResult {
        facts = List.copyOf(facts);
    }
}
