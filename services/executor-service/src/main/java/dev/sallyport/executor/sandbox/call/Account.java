package dev.sallyport.executor.sandbox.call;

import java.nio.file.Path;
import java.util.OptionalLong;

/** What the processes of one call used, all together. */
public interface Account {
    /** Reads what has to be read while the processes live. */
    void look();

    /** CPU time in milliseconds, as far as it is known; empty if it was never measured. */
    OptionalLong cpuMillis();

    /** The most memory that was seen in use, in bytes; empty if it was never measured. */
    OptionalLong peakMemoryBytes();

    /** Whether the processes used more memory than that, or were stopped by the kernel from doing so. */
    boolean exceedsMemory(long bytes);

    /**
     * What the processes hold of the workspace's file system in files that have no name any more, in bytes; empty if one
     * of them cannot be looked into.
     */
    OptionalLong namelessBytes(Path workspace);

    /** Whether more processes than that were seen, where the kernel does not bound them for this call alone. */
    boolean exceedsProcesses(int most);
}
