package dev.sallyport.approval.console;

import dev.sallyport.approval.prompt.VisibleText;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.approval.record.Decision;
import dev.sallyport.approval.record.Resolution;
import dev.sallyport.approval.record.Risk;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A record as the pages draw it.
 *
 * @param leftMs milliseconds until the expiry; 0 when it has passed
 * @param whyNot why the viewer may not answer; null if they may
 */
public record ApprovalCard(
        String id,
        String proposalId,
        VisibleText headline,
        VisibleText requester,
        Risk risk,
        ApprovalState state,
        int quorum,
        String promptDigest,
        Instant requestedAt,
        Instant expiresAt,
        @Nullable Instant resolvedAt,
        long leftMs,
        List<AnswerLine> answers,
        @Nullable String whyNot) {

    /** One person's answer. */
    public record AnswerLine(String approver, Decision decision, String inWords, Instant at, VisibleText reason) {
        static AnswerLine of(Resolution resolution) {
            return new AnswerLine(
                    resolution.approver(),
                    resolution.decision(),
                    Words.answer(resolution.decision(), resolution.authenticator(), resolution.selfApproval()),
                    resolution.answeredAt(),
                    VisibleText.of(resolution.reason()));
        }

        /** When they answered. */
        public String atInWords() {
            return Words.time(at);
        }
    }

    static ApprovalCard of(ApprovalRecord record, Instant now, @Nullable String whyNot) {
        return new ApprovalCard(
                record.id(),
                record.proposalId(),
                VisibleText.of(record.summary().isEmpty() ? "Run the tool " + record.tool() : record.summary()),
                VisibleText.of(record.principal()),
                record.risk(),
                record.state(),
                record.obligations().quorum(),
                record.promptDigest().hex(),
                record.requestedAt(),
                record.expiresAt(),
                record.resolvedAt(),
                Math.max(0, Duration.between(now, record.expiresAt()).toMillis()),
                record.resolutions().stream().map(AnswerLine::of).toList(),
                whyNot);
    }

    /** Whether it waits. */
    public boolean open() {
        return state.open();
    }

    /** How many have approved. */
    public long approvals() {
        return answers.stream()
                .filter(answer -> answer.decision() == Decision.APPROVE)
                .count();
    }

    /** Who answered, in a row. */
    public String answeredBy() {
        return answers.stream().map(AnswerLine::approver).collect(Collectors.joining(", "));
    }

    /** The state as a word. */
    public String stateInWords() {
        return Words.state(state);
    }

    /** What the state means for the call. */
    public String outcomeInWords() {
        return Words.outcome(state);
    }

    /** When it was asked. */
    public String requestedAtInWords() {
        return Words.time(requestedAt);
    }

    /** Until when it can be answered. */
    public String expiresAtInWords() {
        return Words.time(expiresAt);
    }

    /** When it was resolved; empty while open. */
    public String resolvedAtInWords() {
        return Words.time(resolvedAt);
    }
}
