package dev.sallyport.policy.engine;

import dev.sallyport.policy.engine.rule.DecisionCode;
import org.jspecify.annotations.Nullable;

/** Nothing could decide: no active snapshot, no thread, no time. */
public final class PolicyUnavailableException extends PolicyFailure {
    private static final long serialVersionUID = 1L;

    /** With what was missing. */
    PolicyUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public DecisionCode code() {
        return DecisionCode.POLICY_UNAVAILABLE;
    }
}
