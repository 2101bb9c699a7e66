package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.ToolFailure;

/** Something a node can run. */
interface Tool {
    /**
     * Starts a call.
     *
     * @throws ToolFailure if it is refused; nothing has run then
     */
    RunningTool start(ToolCall call) throws InterruptedException;
}
