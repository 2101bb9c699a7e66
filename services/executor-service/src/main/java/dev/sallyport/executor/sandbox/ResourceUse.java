package dev.sallyport.executor.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * What a call used.
 *
 * @param wallMillis from the release of the tool to the end of its last process
 * @param cpuMillis CPU time of all processes, null if it was not measured
 * @param peakMemoryBytes highest memory seen, null if it was not measured
 */
public record ResourceUse(
        long wallMillis, @Nullable Long cpuMillis, @Nullable Long peakMemoryBytes) {}
