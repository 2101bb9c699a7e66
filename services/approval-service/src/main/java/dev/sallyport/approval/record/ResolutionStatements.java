package dev.sallyport.approval.record;

import dev.sallyport.approval.grant.GrantUse;
import dev.sallyport.approval.key.PersonKey;
import dev.sallyport.approval.key.PersonKeys;
import dev.sallyport.approval.record.question.Escalation;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * States how a record was resolved, as approval-resolved/v1, which rests on the request that it answers; and before that,
 * that another group is asked.
 */
@Component
class ResolutionStatements {
    private final StatementOutbox outbox;
    private final PersonKeys keys;
    private final StatedAnswers stated;

    ResolutionStatements(StatementOutbox outbox, PersonKeys keys, StatedAnswers stated) {
        this.outbox = outbox;
        this.keys = keys;
        this.stated = stated;
    }

    /**
     * States an approved, denied or timed-out record; the statement leaves if the running transaction commits.
     *
     * @param scope how far the answer reaches that resolved it: over this call, or over further ones
     * @param grant what was decided about further calls; null where nothing was
     * @param pattern which arguments of those may differ; null where none may
     * @return the signed answer with what it rests on, without details
     */
    StatementRecord publish(
            ApprovalRecord record,
            SignedRequest request,
            ApprovalScope scope,
            ApprovalResolved.@Nullable Grant grant,
            @Nullable Detail pattern) {
        List<Detail> details = new ArrayList<>();
        List<ApproverAnswer> answers = new ArrayList<>();
        for (Resolution resolution : record.resolutions()) {
            answers.add(answer(record, resolution, reason(resolution, details)));
        }
        if (pattern != null) {
            details.add(pattern);
        }
        List<Link> links = new ArrayList<>(List.of(toRequest(record)));
        List<SignedStatement> evidence = new ArrayList<>(StatementOutbox.evidenceOf(request.record()));
        for (StatementRecord binding : bindings(record)) {
            links.add(Link.to(StatementType.AUDIT, binding.digest()));
            evidence.addAll(StatementOutbox.evidenceOf(binding));
        }
        return publish(
                record,
                request,
                new ApprovalResolved(
                        outbox.issuance(record.key().workspaceId()),
                        links,
                        record.key().id(),
                        answer(record.state()),
                        record.code().name(),
                        answers,
                        scope,
                        resolvedAt(record),
                        grant,
                        null),
                evidence,
                details);
    }

    /** States, about its call, that the next group may answer it too. */
    void publishEscalation(ApprovalRecord record, SignedRequest request) {
        Escalation next = Objects.requireNonNull(record.question().terms().escalation(), "somebody is asked next");
        outbox.publish(
                Statement.of(
                        subject(request.record()),
                        Audit.of(
                                outbox.issuance(record.key().workspaceId()),
                                AuditEvent.APPROVAL_ESCALATED,
                                null,
                                List.of(toRequest(record)),
                                Map.of(
                                        "approval_id",
                                        record.key().id(),
                                        "groups",
                                        String.join(" and ", next.escalationGroups())))),
                StatementOutbox.evidenceOf(request.record()),
                List.of());
    }

    /** That the keys that signed are these people's, in the order of their answers. */
    private List<StatementRecord> bindings(ApprovalRecord record) {
        List<StatementRecord> bindings = new ArrayList<>();
        if (!restsOnSignatures(record)) {
            return bindings;
        }
        for (Resolution resolution : record.resolutions()) {
            AnswerSignature signature = resolution.signature();
            if (signature != null && signature.isByPasskey()) {
                bindings.add(keys.find(record.key().workspaceId(), signature.key())
                        .map(PersonKey::binding)
                        .orElseThrow(() -> new IllegalStateException("a key that signed is bound, and is kept")));
            }
        }
        return bindings;
    }

    /** States that a grant has answered, on the evidence of the answer that gave it. */
    StatementRecord publish(ApprovalRecord record, SignedRequest request, GrantUse use) {
        return publish(
                record,
                request,
                new ApprovalResolved(
                        outbox.issuance(record.key().workspaceId()),
                        List.of(
                                toRequest(record),
                                Link.to(
                                        StatementType.APPROVAL_RESOLVED,
                                        use.given().digest())),
                        record.key().id(),
                        answer(record.state()),
                        record.code().name(),
                        List.of(),
                        use.scope(),
                        resolvedAt(record),
                        null,
                        new ApprovalResolved.Reuse(use.grantId(), use.number())),
                Stream.concat(
                                StatementOutbox.evidenceOf(request.record()).stream(),
                                StatementOutbox.evidenceOf(use.given()).stream())
                        .toList(),
                List.of());
    }

    private StatementRecord publish(
            ApprovalRecord record,
            SignedRequest request,
            ApprovalResolved resolved,
            List<SignedStatement> evidence,
            List<Detail> details) {
        SignedStatement signed = outbox.publish(Statement.of(subject(request.record()), resolved), evidence, details);
        stated.add(record.key(), signed.digest());
        return new StatementRecord(signed, evidence, List.of());
    }

    private static Link toRequest(ApprovalRecord record) {
        return Link.to(StatementType.APPROVAL_REQUESTED, record.question().requestDigest());
    }

    private static Instant resolvedAt(ApprovalRecord record) {
        return StatementJson.toMillis(Objects.requireNonNull(record.resolvedAt(), "a resolved record has its time"));
    }

    private static ApproverAnswer answer(ApprovalRecord record, Resolution resolution, @Nullable DetailRef reason) {
        return new ApproverAnswer(
                resolution.approver(),
                resolution.roles(),
                resolution.credential().authenticator().wire(),
                resolution.credential().method().wire(),
                resolution.answer(),
                record.question().promptDigest(),
                reason,
                resolution.answeredAt(),
                resolution.partlySeen() ? true : null,
                restsOnSignatures(record) ? resolution.signature() : null);
    }

    /**
     * A no needs no signature, and earlier approvals count for nothing beside it. Theirs are left out: one that does not
     * verify any more, since a device was revoked or this answer has another scope, must not keep anybody from saying no.
     */
    private static boolean restsOnSignatures(ApprovalRecord record) {
        return record.state() == ApprovalState.APPROVED;
    }

    private static ApprovalResolved.Answer answer(ApprovalState state) {
        return switch (state) {
            case APPROVED -> ApprovalResolved.Answer.APPROVED;
            case DENIED, TIMED_OUT -> ApprovalResolved.Answer.DENIED;
            case PENDING, CANCELLED -> throw new IllegalStateException("a record that is " + state + " has no answer");
        };
    }

    private static @Nullable DetailRef reason(Resolution resolution, List<Detail> reasons) {
        if (resolution.reason().isEmpty()) {
            return null;
        }
        Detail detail = Detail.of(resolution.reason().getBytes(StandardCharsets.UTF_8));
        reasons.add(detail);
        return detail.ref();
    }

    /** What the call's statements are about. */
    static Subject subject(StatementRecord request) {
        try {
            return Statement.parse(request.signed().envelope().payload()).subject();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("the request was stored as it had been verified", e);
        }
    }
}
