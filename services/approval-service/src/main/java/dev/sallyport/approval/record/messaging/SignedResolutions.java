package dev.sallyport.approval.record.messaging;

import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.Decision;
import dev.sallyport.approval.record.Resolution;
import dev.sallyport.approval.record.ResolutionPublisher;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.ApprovalScope;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Says the human answer as approval-resolved/v1, which rests on the request it answers. */
@Component
class SignedResolutions implements ResolutionPublisher {

    private final StatementOutbox outbox;

    SignedResolutions(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void publish(ApprovalRecord record) {
        StatementRecord request = request(record);
        List<Detail> reasons = new ArrayList<>();
        List<ApproverAnswer> answers = new ArrayList<>();
        for (Resolution resolution : record.resolutions()) {
            answers.add(answer(record, resolution, reason(resolution, reasons)));
        }
        Instant resolvedAt = Objects.requireNonNull(record.resolvedAt(), "a resolved record has its time");
        outbox.publish(
                Statement.of(
                        subject(request),
                        new ApprovalResolved(
                                outbox.issuance(record.workspaceId()),
                                List.of(Link.to(StatementType.APPROVAL_REQUESTED, record.requestDigest())),
                                record.id(),
                                answer(record),
                                record.code(),
                                answers,
                                ApprovalScope.ONCE,
                                resolvedAt)),
                StatementOutbox.evidenceOf(request),
                reasons);
    }

    private static ApproverAnswer answer(ApprovalRecord record, Resolution resolution, @Nullable DetailRef reason) {
        return new ApproverAnswer(
                resolution.approver(),
                resolution.roles(),
                resolution.authenticator().wire(),
                resolution.method().wire(),
                resolution.decision() == Decision.APPROVE
                        ? ApprovalResolved.Answer.APPROVED
                        : ApprovalResolved.Answer.DENIED,
                record.promptDigest(),
                reason,
                resolution.answeredAt());
    }

    private static ApprovalResolved.Answer answer(ApprovalRecord record) {
        return switch (record.state()) {
            case APPROVED -> ApprovalResolved.Answer.APPROVED;
            case DENIED, TIMED_OUT -> ApprovalResolved.Answer.DENIED;
            case PENDING, CANCELLED ->
                throw new IllegalStateException("a record that is " + record.state() + " has no answer to say");
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

    private static StatementRecord request(ApprovalRecord record) {
        try {
            return StatementRecord.parse(record.requestRecord());
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("the request was stored as it had been verified", e);
        }
    }

    private static Subject subject(StatementRecord request) {
        try {
            return Statement.parse(request.signed().envelope().payload()).subject();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("the request was stored as it had been verified", e);
        }
    }
}
