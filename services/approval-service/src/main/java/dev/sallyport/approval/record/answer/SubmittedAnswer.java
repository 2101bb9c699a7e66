package dev.sallyport.approval.record.answer;

import dev.sallyport.approval.grant.GrantTerms;
import dev.sallyport.approval.key.SubmittedSignature;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer as a person submits it. Whether it counts is the record's to say.
 *
 * @param verdict yes or no
 * @param scope how far it reaches
 * @param promptDigest digest of the prompt that the person was shown
 * @param partlySeen whether a part of the arguments was left out of what they had before them
 * @param reason the person's words, at most {@value #MAX_REASON} characters; empty if they gave none
 * @param further what it decides about further calls; null exactly where {@code scope} is this call alone
 * @param signature their own signature; null where they did not sign
 */
public record SubmittedAnswer(
        ApprovalResolved.Answer verdict,
        ApprovalScope scope,
        Digest promptDigest,
        boolean partlySeen,
        String reason,
        @Nullable GrantTerms further,
        @Nullable SubmittedSignature signature) {
    /** Longest reason, in characters. */
    public static final int MAX_REASON = 1_000;

    /** An answer to one call. */
    public SubmittedAnswer(ApprovalResolved.Answer verdict, Digest promptDigest, boolean partlySeen, String reason) {
        this(verdict, ApprovalScope.ONCE, promptDigest, partlySeen, reason, null, null);
    }

    /** Trims the reason; {@link IllegalArgumentException} if it is too long or no text that can be stored. */
    public SubmittedAnswer {
        if ((scope == ApprovalScope.ONCE) != (further == null)) {
            throw new IllegalArgumentException("says about further calls exactly what its scope needs");
        }
        reason = reason.strip();
        if (reason.length() > MAX_REASON) {
            throw new IllegalArgumentException("must have at most " + MAX_REASON + " characters");
        }
        if (reason.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(reason)) {
            throw new IllegalArgumentException("must not hold U+0000 or half a surrogate pair");
        }
    }
}
