package dev.sallyport.policy.policyset;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A set ended the process in which it was tried, or took too long there. It went no further. */
public final class TrialFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final boolean tried;

    private TrialFailedException(boolean tried, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.tried = tried;
    }

    /** The set was tried, and this came of it. */
    static TrialFailedException of(String outcome) {
        return new TrialFailedException(
                true,
                "The set was tried in a process of its own, and " + outcome
                        + ". It decides nothing. Split its policies, or make them simpler.",
                null);
    }

    /** No process could be started to try it in. */
    static TrialFailedException unavailable(String why, @Nullable Throwable cause) {
        return new TrialFailedException(
                false, "The process in which sets are tried does not start now: " + why + ". Try again.", cause);
    }

    /** Whether the set is to blame; else trying again may help. */
    public boolean wasTried() {
        return tried;
    }
}
