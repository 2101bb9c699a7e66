package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import org.jspecify.annotations.Nullable;

/** The strongest sandbox for processes that this node has proven. */
public interface ProcessTier {

    /** Its name and version, as {@code bubblewrap 0.8.0}. */
    String backend();

    /**
     * Starts a call whose sandbox is proven.
     *
     * @throws ToolFailure if nothing of the tool has run
     */
    SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin) throws InterruptedException;
}
