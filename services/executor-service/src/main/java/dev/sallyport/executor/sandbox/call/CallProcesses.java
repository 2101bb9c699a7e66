package dev.sallyport.executor.sandbox.call;

import java.time.Duration;

/** The processes of one call, as its platform holds them. */
public interface CallProcesses {
    /** Waits for the end of the sandbox, at most that long; whether it has ended. */
    boolean awaitEnd(Duration patience) throws InterruptedException;

    /** Ends every process of the call and returns at once. Any thread may call it, and more than once. */
    void end();

    /** Waits until no process of the call is left and ends what is; false if one outlived the platform's patience. */
    boolean awaitGone() throws InterruptedException;

    /** How the tool ended; to be asked once the sandbox has ended. */
    WaitStatus status();

    /** What the processes used. */
    Account account();

    /** Removes what the platform keeps of a call that has ended. */
    void close();
}
