package dev.sallyport.executor.sandbox;

import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call in a sandbox ended. The sandbox was proven in force before the tool started.
 *
 * @param exitStatus the tool's exit status, null if it did not exit by itself
 * @param signal the signal that ended the tool, null if none did or the sandbox sent it
 * @param failure why the sandbox ended the tool, null if the tool ended by itself
 * @param facts what was observed in force
 * @param treeGone whether every process of the call was seen to be gone
 */
public record SandboxResult(
        @Nullable Integer exitStatus,
        @Nullable Integer signal,
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
