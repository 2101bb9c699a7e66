package dev.sallyport.executor.sandbox;

/** The resources that a permit bounds. */
public enum Quota {
    /** CPU time of all processes of the call together. */
    CPU_TIME,
    /** Memory of all processes of the call together. */
    MEMORY,
    /** Bytes written to stdout and stderr together. */
    OUTPUT,
    /** Bytes and files in the workspace. */
    WORKSPACE
}
