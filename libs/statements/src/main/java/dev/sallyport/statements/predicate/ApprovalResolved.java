package dev.sallyport.statements.predicate;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * approval-resolved/v1: the human answer and nothing more, by approval-service. Links to approval-requested/v1.
 *
 * @param approvalId ULID of the question
 * @param code {@code APPROVED}, {@code DENIED_BY_APPROVER}, {@code APPROVAL_TIMED_OUT}
 * @param answers who answered; empty when nobody did in time
 * @param scope how far the answer reaches
 * @param resolvedAt by the deciding database's clock, milliseconds
 */
public record ApprovalResolved(
        Issuance issued,
        List<Link> links,
        String approvalId,
        Answer answer,
        String code,
        List<ApproverAnswer> answers,
        ApprovalScope scope,
        Instant resolvedAt)
        implements Predicate {
    /** The two answers. */
    public enum Answer implements WireName {
        /** The call may go on. */
        APPROVED("approved"),
        /** It may not. */
        DENIED("denied");

        private final String wire;

        Answer(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /**
     * One person's answer.
     *
     * @param principal the person, for example {@code person:owner}
     * @param roles the roles the person held when answering
     * @param authenticator how the person was known: {@code session}, {@code token}, {@code device-certificate}
     * @param method where the answer came in: {@code web}, {@code api}
     * @param promptDigest SHA-256 of the prompt's detail that the person was shown, as in the request's
     *     {@code prompt.digest}; with its random bytes, so that a forgotten prompt cannot be guessed from it
     * @param reason the person's words, a detail
     * @param at when, milliseconds
     * @param partlySeen true where a part of the arguments was left out of what the person had before them; else absent
     */
    public record ApproverAnswer(
            String principal,
            List<String> roles,
            String authenticator,
            String method,
            Answer answer,
            Digest promptDigest,
            @Nullable DetailRef reason,
            Instant at,
            @Nullable Boolean partlySeen) {
        /** Copies the list. */
        public ApproverAnswer {
            roles = List.copyOf(roles);
        }
    }

    /** Copies the lists. */
    public ApprovalResolved {
        links = List.copyOf(links);
        answers = List.copyOf(answers);
    }
}
