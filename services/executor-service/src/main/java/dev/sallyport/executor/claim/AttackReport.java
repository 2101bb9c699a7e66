package dev.sallyport.executor.claim;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.statements.vocabulary.Tier;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/**
 * What came of the promises of a node's sandboxes, each tried beside the same without one.
 *
 * @param items one for each promise of each tier
 */
public record AttackReport(@NotNull @Size(max = 200) List<@NotNull @Valid Line> items) {
    /** Copies the list. */
    public AttackReport {
        items = List.copyOf(items);
    }

    /**
     * One promise.
     *
     * @param promise what was tried
     * @param tier the tier of the sandbox
     * @param expected what it comes to where the promise holds
     * @param observed what it came to
     * @param control whether the same works without a sandbox
     * @param holds whether it came as expected and left no process
     */
    public record Line(
            @JsonProperty("case") @NotNull @Size(max = 200) String promise,
            @NotNull Tier tier,
            @NotNull @Size(max = 100) String expected,
            @NotNull @Size(max = 1000) String observed,
            boolean control,
            boolean holds) {}
}
