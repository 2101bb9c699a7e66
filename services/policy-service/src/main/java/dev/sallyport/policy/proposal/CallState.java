package dev.sallyport.policy.proposal;

import dev.sallyport.statements.vocabulary.CallOutcome;
import org.jspecify.annotations.Nullable;

/**
 * A call's state.
 *
 * @param phase where it is
 * @param outcome how it ended, null before
 * @param code the typed code of the end or of the present phase, null without one; in the queue, why no node can
 *     claim it
 */
public record CallState(
        Phase phase,
        @Nullable CallOutcome outcome,
        @Nullable String code) {}
