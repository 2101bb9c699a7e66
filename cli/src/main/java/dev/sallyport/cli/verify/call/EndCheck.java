package dev.sallyport.cli.verify.call;

import dev.sallyport.cli.verify.call.Call.Said;
import dev.sallyport.cli.verify.report.CheckedStatement;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Finding;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the call ended exactly once, with an end that follows from its cause. */
final class EndCheck {
    private final Report report;
    private final Call call;
    private final ToolProposed proposed;

    EndCheck(Report report, Call call, ToolProposed proposed) {
        this.report = report;
        this.call = call;
        this.proposed = proposed;
    }

    void check() {
        List<Said<Audit>> ends = call.ended();
        if (ends.size() != 1) {
            report.fails(
                    Claim.ENDED,
                    "",
                    ends.isEmpty()
                            ? "there is no call-ended: the call is still open, or its end was left out"
                            : "it ended " + ends.size() + " times");
            return;
        }
        Said<Audit> end = ends.getFirst();
        Audit.@Nullable Ended ended = end.predicate().ended();
        Digest causeDigest = end.predicate().links().getFirst().digest();
        Optional<CheckedStatement> cause = call.byDigest(causeDigest);
        if (ended != null && ended.outcome() == CallOutcome.ABANDONED) {
            new Finding(report, Claim.ENDED, end.name())
                    .require(call.executed().isEmpty(), "it was given up, but has a result")
                    .conclude();
            return;
        }
        if (ended == null || cause.isEmpty()) {
            report.fails(Claim.ENDED, end.name(), "it does not say how or why the call ended");
            return;
        }
        Finding finding = new Finding(report, Claim.ENDED, end.name());
        List<Said<ToolExecuted>> executed = call.executed();
        if (executed.size() == 1) {
            finding.require(
                            causeDigest.equals(executed.getFirst().digest()),
                            "the call has a result, but was ended for another reason")
                    .require(
                            follows(ended, executed.getFirst().predicate().outcome()),
                            "it says " + ended.outcome() + ", the result says "
                                    + executed.getFirst().predicate().outcome());
        } else {
            withoutResult(finding, ended.outcome(), cause.get());
        }
        finding.conclude();
    }

    /** A result may only be taken for less than the node says: a success without the output that the tool promised. */
    private static boolean follows(Audit.Ended ended, CallOutcome result) {
        return ended.outcome() == result
                || (ended.outcome() == CallOutcome.FAILED
                        && ended.code().equals("OUTPUT_INVALID")
                        && result == CallOutcome.SUCCEEDED);
    }

    private void withoutResult(Finding finding, CallOutcome outcome, CheckedStatement cause) {
        finding.require(call.started().isEmpty(), "it was started, but has no result, not even an indeterminate one");
        boolean couldEndSo = switch (outcome) {
            case DENIED, EXPIRED, CANCELLED, REFUSED -> true;
            case SUCCEEDED, FAILED, TIMED_OUT, QUOTA_EXCEEDED, SANDBOX_VIOLATION, INDETERMINATE, ABANDONED -> false;
        };
        finding.require(couldEndSo, "it says " + outcome + " without a result");
        if (proposed.decision().outcome() == Decision.Outcome.DENY) {
            finding.require(outcome == CallOutcome.DENIED, "policy denied it, but it ended as " + outcome);
        }
        if (cause.statement().predicate() instanceof ApprovalResolved resolved
                && resolved.answer() == ApprovalResolved.Answer.DENIED) {
            finding.require(outcome == CallOutcome.DENIED, "humans denied it, but it ended as " + outcome);
        }
    }
}
