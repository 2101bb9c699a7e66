package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.KillCause;

/** A tool that has been started. */
public interface RunningTool {
    /** Ends it and all it started; later causes are ignored. */
    void kill(KillCause cause);

    /** Waits for its end. Call it once. */
    ToolResult await() throws InterruptedException;
}
