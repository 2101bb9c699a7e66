package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.statements.vocabulary.Tier;

/** The sandboxes for processes that this node has proven. */
@FunctionalInterface
public interface ProvenSandboxes {
    /**
     * The strongest one, if it satisfies the permitted tier.
     *
     * @throws SandboxUnavailable if none does
     */
    Sandbox atLeast(Tier permitted);

    /** Takes note that a proven sandbox could not be used for a call; what is proven is then looked at again. */
    default void doubt(ToolFailure why) {}
}
