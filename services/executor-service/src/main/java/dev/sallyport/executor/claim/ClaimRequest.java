package dev.sallyport.executor.claim;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A node asks for one call.
 *
 * @param offer what it can run
 * @param capacity how many calls it can run at a time
 * @param waitMs how long it waits for one, in milliseconds, at most 30,000
 * @param host what it says of itself
 */
public record ClaimRequest(
        @NotNull @Valid NodeOffer offer,
        @Min(1) @Max(1024) int capacity,
        @Min(0) @Max(30_000) int waitMs,
        @Nullable @Valid NodeHost host) {
    /** A node's host. */
    public record NodeHost(
            @Size(max = 100) String os,
            @Size(max = 100) String kernel,
            @Size(max = 100) String arch,
            @Size(max = 100) @Nullable String backend) {}
}
