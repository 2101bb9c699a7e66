package dev.sallyport.approval.record.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.approval.record.ApprovalCode;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.approval.record.CallEnd;
import dev.sallyport.approval.record.Resolution;
import dev.sallyport.approval.record.ShownRecord;
import dev.sallyport.approval.record.answer.ByGrant;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.question.Escalation;
import dev.sallyport.approval.record.question.Grounds;
import dev.sallyport.approval.record.question.Question;
import dev.sallyport.approval.record.question.RequestedCall;
import dev.sallyport.approval.record.question.Requester;
import dev.sallyport.approval.record.question.Terms;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record on the wire: one flat object, put together from parts.
 *
 * @param command the beginning of what runs, in one line; empty once it was forgotten
 * @param standing whether the caller may answer it
 * @param shown the prompt; null in lists and once it was forgotten
 */
record ApprovalResource(
        String approvalId,
        String workspaceId,
        @JsonUnwrapped CallPart call,
        @JsonUnwrapped RequesterPart requester,
        String summary,
        String command,
        String promptDigest,
        @JsonUnwrapped @Nullable PromptPart shown,
        @JsonUnwrapped GroundsPart grounds,
        @JsonUnwrapped TermsPart terms,
        @JsonUnwrapped StatePart now,
        @JsonUnwrapped StandingPart standing) {
    /**
     * The caller's part.
     *
     * @param mayAnswer whether the caller may answer it now
     * @param whyNot why the caller may never answer it; null if they may
     */
    record StandingPart(boolean mayAnswer, @Nullable String whyNot) {}

    record CallPart(String proposalId, String tool, String subject, List<String> capabilities) {
        static CallPart of(RequestedCall call) {
            return new CallPart(call.proposalId().ulid(), call.tool(), call.subject(), call.capabilities());
        }
    }

    record RequesterPart(String principal, @Nullable String device, String channel, String sessionId, String runId) {
        static RequesterPart of(Requester requester) {
            return new RequesterPart(
                    requester.principal(),
                    requester.device(),
                    requester.channel(),
                    requester.session(),
                    requester.run());
        }
    }

    /**
     * What a person reads.
     *
     * @param prompt the exact JSON
     * @param promptSalt the 32 random bytes before it in base64: the SHA-256 of both, one after the other, is
     *     {@code prompt_digest}
     */
    record PromptPart(@JsonRawValue String prompt, String promptSalt) {
        static @Nullable PromptPart of(@Nullable Detail prompt) {
            return prompt == null
                    ? null
                    : new PromptPart(
                            new String(prompt.content(), StandardCharsets.UTF_8),
                            Base64.getEncoder().encodeToString(prompt.salt()));
        }
    }

    record GroundsPart(List<String> rules, String policySet, Risk risk) {
        static GroundsPart of(Grounds grounds) {
            return new GroundsPart(grounds.ruleIds(), grounds.policySet().hex(), grounds.risk());
        }
    }

    /**
     * Under which terms an answer counts.
     *
     * @param options the answers that are offered, such as {@code allow_once}
     * @param approverGroups the groups that whoever answers must be in; left out when the role is enough
     * @param escalation who may answer too after a while; left out when nobody else ever may
     */
    record TermsPart(
            Obligations obligations,
            List<String> accountable,
            Instant requestedAt,
            Instant expiresAt,
            List<String> options,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> approverGroups,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            EscalationPart escalation) {
        static TermsPart of(Terms terms) {
            return new TermsPart(
                    terms.obligations(),
                    terms.accountable(),
                    terms.requestedAt(),
                    terms.expiresAt(),
                    terms.options(),
                    terms.approverGroups(),
                    EscalationPart.of(terms.escalation()));
        }
    }

    /**
     * Who may answer too when nobody has for a while.
     *
     * @param at from when on
     * @param groups the groups that they must be in
     */
    record EscalationPart(Instant at, List<String> groups) {
        static @Nullable EscalationPart of(@Nullable Escalation next) {
            return next == null ? null : new EscalationPart(next.escalatesAt(), next.escalationGroups());
        }
    }

    /**
     * Where it stands.
     *
     * @param escalatedAt since when the next group is asked too; left out as long as it is not
     */
    record StatePart(
            ApprovalState state,
            ApprovalCode code,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Instant escalatedAt,

            @Nullable Instant resolvedAt,
            List<ResolutionPart> resolutions,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            ByGrantPart byGrant,

            @Nullable EndPart callEnd) {
        static StatePart of(ApprovalRecord record) {
            return new StatePart(
                    record.state(),
                    record.code(),
                    record.escalatedAt(),
                    record.resolvedAt(),
                    record.resolutions().stream().map(ResolutionPart::of).toList(),
                    ByGrantPart.of(record.byGrant()),
                    EndPart.of(record.callEnd()));
        }
    }

    /**
     * The grant that answered, with nobody asked.
     *
     * @param use which use of the grant this was
     */
    record ByGrantPart(String grantId, int use) {
        static @Nullable ByGrantPart of(@Nullable ByGrant by) {
            return by == null ? null : new ByGrantPart(by.grantId(), by.use());
        }
    }

    record EndPart(
            CallOutcome outcome, String code, @Nullable Integer exitCode, Instant at) {
        static @Nullable EndPart of(@Nullable CallEnd end) {
            return end == null ? null : new EndPart(end.outcome(), end.code(), end.exitCode(), end.at());
        }
    }

    /**
     * One person's answer.
     *
     * @param signedWith the SHA-256 of the key that they signed it with; left out where they did not
     */
    record ResolutionPart(
            String principal,
            List<String> roles,
            Credential.Authenticator authenticator,
            Credential.Method method,
            ApprovalResolved.Answer answer,
            ApprovalScope scope,
            String reason,
            boolean selfApproval,
            boolean partlySeen,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String signedWith,

            Instant at) {
        static ResolutionPart of(Resolution resolution) {
            return new ResolutionPart(
                    resolution.approver(),
                    resolution.roles(),
                    resolution.credential().authenticator(),
                    resolution.credential().method(),
                    resolution.answer(),
                    resolution.scope(),
                    resolution.reason(),
                    resolution.selfApproval(),
                    resolution.partlySeen(),
                    resolution.signature() == null
                            ? null
                            : resolution.signature().key().hex(),
                    resolution.answeredAt());
        }
    }

    static ApprovalResource whole(ShownRecord shown, StandingPart standing) {
        return of(shown.record(), PromptPart.of(shown.prompt()), standing);
    }

    static ApprovalResource listed(ApprovalRecord record, StandingPart standing) {
        return of(record, null, standing);
    }

    private static ApprovalResource of(ApprovalRecord record, @Nullable PromptPart shown, StandingPart standing) {
        Question question = record.question();
        return new ApprovalResource(
                record.key().id(),
                record.key().workspaceId(),
                CallPart.of(question.call()),
                RequesterPart.of(question.requester()),
                question.summary(),
                question.command(),
                question.promptDigest().hex(),
                shown,
                GroundsPart.of(question.grounds()),
                TermsPart.of(question.terms()),
                StatePart.of(record),
                standing);
    }
}
