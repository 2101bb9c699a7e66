package dev.sallyport.statements.predicate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * approval-resolved/v1: the human answer and nothing more, by approval-service. Links to approval-requested/v1; where a
 * grant answered, also to the approval-resolved/v1 of the person who gave it; for each passkey that signed an answer, also
 * to the audit/v1 {@code approver-key-bound} of that key.
 *
 * @param approvalId ULID of the question
 * @param code {@code APPROVED}, {@code DENIED_BY_APPROVER}, {@code APPROVAL_TIMED_OUT}; {@code APPROVED_BY_GRANT} and
 *     {@code DENIED_BY_GRANT} where a grant answered
 * @param answers who answered; empty when nobody did in time, or nobody was asked because a grant answered
 * @param scope how far the answer reaches
 * @param resolvedAt by the deciding database's clock, milliseconds
 * @param grant what these people decided about further calls; exactly where {@code scope} is wider than this call and
 *     they answered themselves
 * @param reuse which grant answered; exactly where {@code scope} is wider than this call and nobody was asked
 */
public record ApprovalResolved(
        Issuance issued,
        List<Link> links,
        String approvalId,
        Answer answer,
        String code,
        List<ApproverAnswer> answers,
        ApprovalScope scope,
        Instant resolvedAt,
        @Nullable Grant grant,
        @Nullable Reuse reuse)
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
     * @param authenticator how the person was known: {@code session}, {@code token}, {@code device-certificate};
     *     {@code oidc} for a session that an OpenID provider had begun, {@code fresh-link} for one that had just begun with a
     *     one-time link
     * @param method where the answer came in: {@code web}, {@code api}
     * @param promptDigest SHA-256 of the prompt's detail that the person was shown, as in the request's
     *     {@code prompt.digest}; with its random bytes, so that a forgotten prompt cannot be guessed from it
     * @param reason the person's words, a detail
     * @param at when, milliseconds
     * @param partlySeen true where a part of the arguments was left out of what the person had before them; else absent
     * @param signature the person's own signature over the answer; absent where none was given
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
            @Nullable Boolean partlySeen,
            @Nullable AnswerSignature signature) {
        /** Copies the list. */
        public ApproverAnswer {
            roles = List.copyOf(roles);
        }

        /** An answer that the person did not sign. */
        public ApproverAnswer(
                String principal,
                List<String> roles,
                String authenticator,
                String method,
                Answer answer,
                Digest promptDigest,
                @Nullable DetailRef reason,
                Instant at,
                @Nullable Boolean partlySeen) {
            this(principal, roles, authenticator, method, answer, promptDigest, reason, at, partlySeen, null);
        }
    }

    /**
     * What people decided about further calls: those like the one that they were shown are answered in the same way.
     *
     * @param id ULID of the grant
     * @param until when it ends, exclusive, at most {@value #MOST_DAYS} days after the answer
     * @param uses how many further calls it may answer, 1 to {@value #MOST_USES}
     * @param pattern which arguments of those calls may differ and how far, a detail; absent where none may
     */
    public record Grant(
            String id, Instant until, int uses, @Nullable DetailRef pattern) {
        /** Longest life of a grant, in days. */
        public static final int MOST_DAYS = 30;

        /** Most further calls that a grant may answer. */
        public static final int MOST_USES = 1_000;
    }

    /**
     * The grant that answered, with nobody asked.
     *
     * @param grantId ULID of the grant
     * @param use which of its uses this is, the first is 1
     */
    public record Reuse(String grantId, int use) {}

    /** An answer to one call, or nobody's. */
    public ApprovalResolved(
            Issuance issued,
            List<Link> links,
            String approvalId,
            Answer answer,
            String code,
            List<ApproverAnswer> answers,
            ApprovalScope scope,
            Instant resolvedAt) {
        this(issued, links, approvalId, answer, code, answers, scope, resolvedAt, null, null);
    }

    /** The passkeys that answers are signed with, each once. */
    @JsonIgnore
    public Set<Digest> passkeys() {
        Set<Digest> keys = new LinkedHashSet<>();
        for (ApproverAnswer each : answers) {
            if (each.signature() != null && each.signature().isByPasskey()) {
                keys.add(each.signature().key());
            }
        }
        return keys;
    }

    /** Copies the lists. */
    public ApprovalResolved {
        links = List.copyOf(links);
        answers = List.copyOf(answers);
    }
}
