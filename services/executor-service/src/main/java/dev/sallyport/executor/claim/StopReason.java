package dev.sallyport.executor.claim;

import java.util.Locale;

/** Why a permitted call does not run, or is to be ended. The constants' names are the words in tables and answers. */
public enum StopReason {
    /** Whoever may stop the call did. */
    CANCELLED,
    /** A freeze covers the call. */
    FROZEN,
    /** The skill that the permit names is not enabled, or not any more. */
    SKILL_NOT_ENABLED,
    /** The permit did not verify any more when it was to be claimed. No node is ever told so. */
    PERMIT_NOT_VALID;

    /** What a node is told for the reason that policy-service gives: it tells a freeze from everything else. */
    public static StopReason told(String given) {
        return switch (given.toUpperCase(Locale.ROOT)) {
            case "FROZEN", "FREEZE" -> FROZEN;
            default -> CANCELLED;
        };
    }
}
