package dev.sallyport.approval.console;

import dev.sallyport.approval.prompt.CommandLine;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.approval.record.CallEnd;
import dev.sallyport.approval.record.Resolution;
import dev.sallyport.approval.record.question.Escalation;
import dev.sallyport.approval.record.question.Question;
import dev.sallyport.pages.PageTime;
import dev.sallyport.pages.text.VisibleText;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.vocabulary.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A record as the pages draw it.
 *
 * @param command what runs, in one line; without pieces if that is not known
 * @param commandGoesOn whether that is only its beginning
 * @param end what became of the call; null while nobody has said so
 * @param leftMs milliseconds until the expiry; 0 when it has passed
 * @param escalation who is asked next or too, in words; null where nobody is
 * @param grantId the grant that answered; null where people were asked
 * @param whyNot why the viewer may not answer; null if they may
 * @param times how many questions of the same page the card stands for: itself, and those that show the same
 */
record ApprovalCard(
        String id,
        String proposalId,
        VisibleText headline,
        VisibleText command,
        boolean commandGoesOn,
        VisibleText session,
        VisibleText run,
        VisibleText requester,
        String requesterName,
        Risk risk,
        ApprovalState state,
        int quorum,
        String promptDigest,
        Instant requestedAt,
        Instant expiresAt,
        @Nullable Instant resolvedAt,
        @Nullable CallEnd end,
        long leftMs,
        List<AnswerLine> answers,
        @Nullable String escalation,
        @Nullable String grantId,
        @Nullable String whyNot,
        int times) {
    /** One person's answer. */
    public record AnswerLine(
            String approver, ApprovalResolved.Answer answer, String inWords, Instant at, VisibleText reason) {
        static AnswerLine of(Resolution resolution) {
            return new AnswerLine(
                    resolution.approver(),
                    resolution.answer(),
                    ConsoleText.answer(
                            resolution.answer(),
                            resolution.scope(),
                            resolution.credential().authenticator(),
                            resolution.signature() != null,
                            resolution.selfApproval(),
                            resolution.partlySeen()),
                    resolution.answeredAt(),
                    VisibleText.of(resolution.reason()));
        }

        /** When they answered. */
        public String atInWords() {
            return PageTime.inWords(at);
        }
    }

    static ApprovalCard of(ApprovalRecord record, Instant now, @Nullable String whyNot, int times) {
        Question question = record.question();
        String command = question.command();
        int shown =
                command.offsetByCodePoints(0, Math.min(CommandLine.SHOWN, command.codePointCount(0, command.length())));
        return new ApprovalCard(
                record.key().id(),
                question.call().proposalId().ulid(),
                VisibleText.of(
                        question.summary().isEmpty()
                                ? "Run the tool " + question.call().tool()
                                : question.summary()),
                VisibleText.of(command.substring(0, shown)),
                shown < command.length(),
                VisibleText.of(question.requester().session()),
                VisibleText.of(question.requester().run()),
                VisibleText.of(question.requester().principal()),
                question.requester().principal(),
                question.grounds().risk(),
                record.state(),
                question.terms().obligations().quorum(),
                question.promptDigest().hex(),
                question.terms().requestedAt(),
                question.terms().expiresAt(),
                record.resolvedAt(),
                record.callEnd(),
                Math.max(0, Duration.between(now, question.terms().expiresAt()).toMillis()),
                record.resolutions().stream().map(AnswerLine::of).toList(),
                escalation(record),
                record.byGrant() == null ? null : record.byGrant().grantId(),
                whyNot,
                times);
    }

    /** What a form names it by: which question, and what was shown of it. */
    public String named() {
        return id + "." + promptDigest;
    }

    private static @Nullable String escalation(ApprovalRecord record) {
        Escalation next = record.question().terms().escalation();
        if (next == null || !record.state().open()) {
            return null;
        }
        String groups = String.join(" and ", next.escalationGroups());
        return record.escalatedAt() == null
                ? "the group " + groups + " is asked too from " + PageTime.inWords(next.escalatesAt())
                : "the group " + groups + " is asked too since " + PageTime.inWords(record.escalatedAt());
    }

    /** Whether only what was read whole is approved. */
    public boolean high() {
        return risk.level().compareTo(Severity.HIGH) >= 0;
    }

    /** Whether it waits. */
    public boolean open() {
        return state.open();
    }

    /** How many have approved. */
    public long approvals() {
        return answers.stream()
                .filter(line -> line.answer() == ApprovalResolved.Answer.APPROVED)
                .count();
    }

    /** Who answered, in a row. */
    public String answeredBy() {
        return grantId != null
                ? "a grant"
                : answers.stream().map(AnswerLine::approver).collect(Collectors.joining(", "));
    }

    /** The state as a word. */
    public String stateInWords() {
        return ConsoleText.state(state);
    }

    /** What the state means for the call. */
    public String outcomeInWords() {
        return ConsoleText.outcome(state, end);
    }

    /** Whether what became of the call is worth a section: somebody has let it run. */
    public boolean granted() {
        return state == ApprovalState.APPROVED;
    }

    /** What became of the call; empty while nobody has said so. */
    public String endInWords() {
        return end == null ? "" : ConsoleText.end(end.outcome());
    }

    /** The same in a list. */
    public String endInShort() {
        return end == null ? "" : ConsoleText.endInShort(end);
    }

    /** When the call ended. */
    public String endedAtInWords() {
        return end == null ? "" : PageTime.inWords(end.at());
    }

    /** Why the viewer may not answer, without what to do about it; null if they may. */
    public @Nullable String whyNotInShort() {
        int end = whyNot == null ? -1 : whyNot.indexOf(". ");
        return whyNot == null || end < 0 ? whyNot : whyNot.substring(0, end + 1);
    }

    /** When it was asked. */
    public String requestedAtInWords() {
        return PageTime.inWords(requestedAt);
    }

    /** Until when it can be answered. */
    public String expiresAtInWords() {
        return PageTime.inWords(expiresAt);
    }

    /** When it was resolved; empty while open. */
    public String resolvedAtInWords() {
        return PageTime.inWords(resolvedAt);
    }
}
