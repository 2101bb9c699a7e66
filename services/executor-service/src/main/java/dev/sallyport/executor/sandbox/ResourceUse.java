package dev.sallyport.executor.sandbox;

/**
 * What a call used, as measured by {@code mechanism}.
 *
 * @param wallMillis from the release of the tool to the end of its last process
 * @param cpuMillis CPU time of all processes
 * @param peakMemoryBytes highest memory seen
 * @param mechanism {@code cgroup} for the kernel's own account, {@code sampled} for the node's sampling
 */
public record ResourceUse(long wallMillis, long cpuMillis, long peakMemoryBytes, String mechanism) {}
