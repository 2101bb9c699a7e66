package dev.sallyport.policy.engine;

import org.jspecify.annotations.Nullable;

/** Nothing could decide: no active snapshot, no thread, no time. */
public final class PolicyUnavailableException extends PolicyFailure {
    private static final long serialVersionUID = 1L;

    /** With what was missing. */
    public PolicyUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public DecisionCode code() {
        return DecisionCode.POLICY_UNAVAILABLE;
    }
}
