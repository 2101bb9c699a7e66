package dev.sallyport.approval.record;

import dev.sallyport.statements.Digest;

/**
 * What somebody answers.
 *
 * @param decision yes or no
 * @param scope how far it reaches
 * @param promptDigest digest of the prompt they were shown
 * @param reason their words, at most {@value #MAX_REASON} characters; empty if they gave none
 */
public record Answer(Decision decision, Scope scope, Digest promptDigest, String reason) {

    /** Longest reason, in characters. */
    public static final int MAX_REASON = 1_000;

    /** Trims the reason; a longer one than allowed is an {@link IllegalArgumentException}. */
    public Answer {
        reason = reason.strip();
        if (reason.length() > MAX_REASON) {
            throw new IllegalArgumentException("a reason has at most " + MAX_REASON + " characters");
        }
    }
}
