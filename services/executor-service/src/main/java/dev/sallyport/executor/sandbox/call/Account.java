package dev.sallyport.executor.sandbox.call;

/** What the processes of one call used, all together. */
public interface Account {
    /** Reads what has to be read while the processes live. */
    void look();

    /** CPU time in milliseconds, as far as it is known. */
    long cpuMillis();

    /** The most memory that was seen in use, in bytes. */
    long peakMemoryBytes();

    /** Whether the processes used more memory than that, or were stopped by the kernel from doing so. */
    boolean exceedsMemory(long bytes);
}
