package dev.sallyport.attestation.index;

import org.jspecify.annotations.Nullable;

/**
 * The result that a statement, or a call as a whole, states. Each part is null where nothing is stated.
 *
 * @param decision wire name of the policy's decision, or of a person's answer
 * @param outcome wire name of the call's outcome
 * @param code the typed code of the outcome or decision, UPPER_SNAKE
 */
public record StatedResult(
        @Nullable String decision,
        @Nullable String outcome,
        @Nullable String code) {
    static final StatedResult NONE = new StatedResult(null, null, null);
}
