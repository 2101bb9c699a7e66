package dev.sallyport.executor.claim;

import dev.sallyport.statements.predicate.Tier;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node asks for one call.
 *
 * @param tiers the tiers it has proven
 * @param capacity how many calls it can run at a time
 * @param waitMs how long it waits for one, at most 30,000
 * @param host what it says of itself
 */
public record ClaimRequest(
        @NotNull @Size(max = 3) List<Tier> tiers,
        @Min(1) @Max(1024) int capacity,
        @Min(0) @Max(30_000) int waitMs,
        @Nullable NodeHost host) {

    /** Copies the list. */
    public ClaimRequest {
        tiers = List.copyOf(tiers);
    }

    /** A node's host. */
    public record NodeHost(
            @Size(max = 100) String os,
            @Size(max = 100) String kernel,
            @Size(max = 100) String arch,
            @Size(max = 100) @Nullable String backend) {}
}
