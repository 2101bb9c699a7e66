package dev.sallyport.executor.sandbox;

import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;

/** Looks whether this host has a certain kind of sandbox. */
public interface SandboxProbe {
    /** The tier that such a sandbox is. */
    Tier tier();

    /**
     * Makes the sandbox ready, and removes what an earlier life of this node left of it. What it holds is not proven
     * yet.
     *
     * @throws ToolFailure.SandboxUnavailable with what to change, where the host lacks something
     */
    Sandbox open() throws IOException, InterruptedException;
}
