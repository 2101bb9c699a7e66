package dev.sallyport.executor.sandbox.linux.ready;

import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import org.jspecify.annotations.Nullable;

/** A sandbox with nothing of a tool in it, whose gate waits. It is for one call, or for none. */
public interface WaitingSandbox {
    /** Whether it can still take a call. */
    boolean waits();

    /**
     * Proves what is in force and lets the call begin. Whatever comes of it, the sandbox is used.
     *
     * @param plan of the kind that the sandbox was made for
     * @param stdin what the tool reads, null for nothing
     * @param stillWanted asked right before the tool is let go
     * @throws ToolFailure if nothing of the tool has run; then nothing is left of the sandbox either
     */
    SandboxedCall begin(SandboxPlan plan, byte @Nullable [] stdin, Runnable stillWanted);

    /** Ends it unused. */
    void abandon();
}
