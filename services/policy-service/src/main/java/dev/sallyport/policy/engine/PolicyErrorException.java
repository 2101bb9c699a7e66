package dev.sallyport.policy.engine;

import dev.sallyport.policy.engine.rule.DecisionCode;
import org.jspecify.annotations.Nullable;

/** A policy, the request or the native engine failed while deciding. */
public final class PolicyErrorException extends PolicyFailure {
    private static final long serialVersionUID = 1L;

    /** With what failed. */
    public PolicyErrorException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public DecisionCode code() {
        return DecisionCode.POLICY_ERROR;
    }
}
