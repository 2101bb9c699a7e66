package dev.sallyport.approval.record;

import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;

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

    /** Trims the reason; {@link IllegalArgumentException} if it is too long or no text that can be stored. */
    public Answer {
        reason = reason.strip();
        if (reason.length() > MAX_REASON) {
            throw new IllegalArgumentException("has at most " + MAX_REASON + " characters");
        }
        if (reason.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(reason)) {
            throw new IllegalArgumentException("must not hold U+0000 or half a surrogate pair");
        }
    }
}
