package dev.sallyport.executor.sandbox;

/** A call that runs in its sandbox. */
public interface SandboxedCall {
    /**
     * Ends the whole process tree; returns at once, {@link #await()} tells when it is gone. Later causes are ignored.
     */
    void kill(KillCause cause);

    /** Waits for the end of every process of the call. Call it once. */
    SandboxResult await() throws InterruptedException;
}
