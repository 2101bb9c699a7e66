package dev.sallyport.executor.claim;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node asks for calls.
 *
 * @param offer what it can run
 * @param capacity how many calls it can run at a time; 0 while it drains: it takes none any more
 * @param most how many calls it takes now, 1 to 64
 * @param waitMs how long it waits for one, in milliseconds, at most 30,000
 * @param host what it says of itself
 * @param held what it has of earlier claims; null from one that cannot be handed a claim a second time
 * @param toolLimits how many calls of a tool it runs at a time, by the tool's name, 1 to 1024; no other limit where a tool
 *     is not named; null is none
 */
public record ClaimRequest(
        @NotNull @Valid NodeOffer offer,
        @Min(0) @Max(1024) int capacity,
        @Min(1) @Max(MOST) int most,
        @Min(0) @Max(30_000) int waitMs,
        @Nullable @Valid NodeHost host,
        @Nullable @Valid Held held,

        @Size(max = 256) Map<@NotNull @Size(max = 200) String, @NotNull @Min(1) @Max(1024) Integer> toolLimits) {
    /** Copies the limits. */
    public ClaimRequest {
        toolLimits = toolLimits == null ? Map.of() : Map.copyOf(toolLimits);
    }

    /** The most calls that one answer hands out. */
    public static final int MOST = 64;

    /** A node's host. */
    public record NodeHost(
            @Size(max = 100) String os,
            @Size(max = 100) String kernel,
            @Size(max = 100) String arch,
            @Size(max = 100) @Nullable String backend) {}

    /**
     * What a node has of earlier claims. A claim that is not among them although this journal's node won it was lost on
     * its way, and is handed over again: the journal keeps it from running twice.
     *
     * @param journal the identity of the node's journal of begun calls, 32 hex digits
     * @param fences fencing numbers of the claims that it has received and not yet reported the end of
     */
    public record Held(
            @NotNull @Pattern(regexp = "[0-9a-f]{32}") String journal,
            @NotNull @Size(max = 4096) List<@NotNull Long> fences) {
        /** Copies the list. */
        public Held {
            fences = List.copyOf(fences);
        }
    }
}
