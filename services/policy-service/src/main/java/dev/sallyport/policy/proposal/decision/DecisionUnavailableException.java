package dev.sallyport.policy.proposal.decision;

import org.jspecify.annotations.Nullable;

/** Nothing can be decided now. That passes and is no decision: nothing is recorded, and whoever asked asks again. */
public final class DecisionUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    DecisionUnavailableException(String code, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.code = code;
    }

    /** Typed code. */
    public String code() {
        return code;
    }
}
