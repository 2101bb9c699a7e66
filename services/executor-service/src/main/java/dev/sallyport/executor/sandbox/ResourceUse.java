package dev.sallyport.executor.sandbox;

/**
 * What a call used.
 *
 * @param wallMillis from the release of the tool to the end of its last process
 * @param cpuMillis CPU time of all processes
 * @param peakMemoryBytes highest memory seen
 */
public record ResourceUse(long wallMillis, long cpuMillis, long peakMemoryBytes) {}
