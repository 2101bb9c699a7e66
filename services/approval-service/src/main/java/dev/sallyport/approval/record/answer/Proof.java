package dev.sallyport.approval.record.answer;

import dev.sallyport.statements.approver.AnswerSignature;
import org.jspecify.annotations.Nullable;

/**
 * What an approver has shown beside who they are.
 *
 * @param signature their own signature over the answer, verified; null where they did not sign
 * @param mustSign whether they have a passkey, or had one that was removed; nothing but a signature counts then
 * @param fresh whether they have just signed in with a one-time link
 * @param byProvider whether they have signed in at an OpenID provider
 */
public record Proof(@Nullable AnswerSignature signature, boolean mustSign, boolean fresh, boolean byProvider) {
    /** Nothing. */
    public static final Proof NONE = new Proof(null, false, false, false);
}
