package dev.sallyport.executor.sandbox;

import dev.sallyport.executor.sandbox.ToolFailure.Code;

/** The resources that a permit bounds. */
public enum Quota {
    /** CPU time of all processes of the call together. */
    CPU_TIME(Code.CPU_TIME_EXCEEDED),
    /** Memory of all processes of the call together. */
    MEMORY(Code.MEMORY_EXCEEDED),
    /** Processes and threads at a time, where the node counts them. */
    PROCESSES(Code.PROCESSES_EXCEEDED),
    /** Bytes written to stdout and stderr together. */
    OUTPUT(Code.OUTPUT_EXCEEDED),
    /** Bytes and files in the workspace. */
    WORKSPACE(Code.WORKSPACE_EXCEEDED);

    private final Code exceeded;

    Quota(Code exceeded) {
        this.exceeded = exceeded;
    }

    /** The code of a call that was ended for using more. */
    Code exceeded() {
        return exceeded;
    }
}
