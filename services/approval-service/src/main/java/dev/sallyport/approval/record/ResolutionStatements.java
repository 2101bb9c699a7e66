package dev.sallyport.approval.record;

import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** States how a record was resolved, as approval-resolved/v1, which rests on the request that it answers. */
@Component
class ResolutionStatements {
    private final StatementOutbox outbox;

    ResolutionStatements(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    /** States an approved, denied or timed-out record; the statement leaves if the running transaction commits. */
    void publish(ApprovalRecord record, SignedRequest request) {
        List<Detail> reasons = new ArrayList<>();
        List<ApproverAnswer> answers = new ArrayList<>();
        for (Resolution resolution : record.resolutions()) {
            answers.add(answer(record, resolution, reason(resolution, reasons)));
        }
        Instant resolvedAt = Objects.requireNonNull(record.resolvedAt(), "a resolved record has its time");
        outbox.publish(
                Statement.of(
                        subject(request.record()),
                        new ApprovalResolved(
                                outbox.issuance(record.key().workspaceId()),
                                List.of(Link.to(
                                        StatementType.APPROVAL_REQUESTED,
                                        record.question().requestDigest())),
                                record.key().id(),
                                answer(record.state()),
                                record.code().name(),
                                answers,
                                ApprovalScope.ONCE,
                                resolvedAt)),
                StatementOutbox.evidenceOf(request.record()),
                reasons);
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
                resolution.partlySeen() ? true : null);
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

    private static Subject subject(StatementRecord request) {
        try {
            return Statement.parse(request.signed().envelope().payload()).subject();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("the request was stored as it had been verified", e);
        }
    }
}
