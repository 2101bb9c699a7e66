package dev.sallyport.policy.engine;

import dev.sallyport.policy.engine.rule.DecisionCode;
import org.jspecify.annotations.Nullable;

/** The engine could not decide; whoever catches it denies. */
public abstract sealed class PolicyFailure extends RuntimeException
        permits PolicyErrorException, PolicyUnavailableException {
    private static final long serialVersionUID = 1L;

    PolicyFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The code a denial carries for this failure. */
    public abstract DecisionCode code();
}
