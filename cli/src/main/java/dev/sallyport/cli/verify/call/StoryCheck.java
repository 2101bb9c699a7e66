package dev.sallyport.cli.verify.call;

import dev.sallyport.cli.verify.bundle.Bundle;
import dev.sallyport.cli.verify.call.Call.Said;
import dev.sallyport.cli.verify.report.CheckedStatement;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.predicate.ToolProposed;
import java.util.List;

/**
 * Whether the statements tell one whole and consistent story: proposed, (asked and answered,) permitted, started,
 * executed, ended. Each statement may be genuine and the story still be false: one left out, one too many, two that
 * contradict.
 */
public final class StoryCheck {
    private static final List<Claim> STORY =
            List.of(Claim.PROPOSED, Claim.APPROVED, Claim.PERMITTED, Claim.STARTED, Claim.EXECUTED, Claim.ENDED);
    private final Report report;
    private final Call call;
    private final Call all;
    private final Bundle bundle;
    private final boolean complete;

    /**
     * The check.
     *
     * @param ofTheCall those about the call
     * @param bundled every statement of the bundle
     * @param complete whether every statement of the bundle held by itself; without that the story is not judged
     */
    public StoryCheck(
            Report report,
            List<CheckedStatement> ofTheCall,
            List<CheckedStatement> bundled,
            Bundle bundle,
            boolean complete) {
        this.report = report;
        this.call = new Call(ofTheCall);
        this.all = new Call(bundled);
        this.bundle = bundle;
        this.complete = complete;
    }

    public void check() {
        if (!complete) {
            STORY.forEach(claim -> report.unchecked(claim, "", "a statement of the bundle does not hold"));
            return;
        }
        List<Said<ToolProposed>> proposed = call.proposed();
        if (proposed.size() != 1) {
            report.fails(Claim.PROPOSED, "", "there are " + proposed.size() + " tool-proposed statements, not one");
            STORY.subList(1, STORY.size())
                    .forEach(claim -> report.unchecked(claim, "", "it is not known what was proposed"));
            return;
        }
        Said<ToolProposed> proposal = proposed.getFirst();
        report.check(
                Claim.PROPOSED,
                proposal.name(),
                proposal.predicate().proposal().proposalId().equals(bundle.proposalId())
                        && proposal.predicate().proposal().workspaceId().equals(bundle.workspaceId()),
                "it is another proposal or workspace than the bundle names");
        new ApprovalCheck(report, call, all, proposal.predicate(), bundle.details()).check();
        new PermitCheck(report, call, proposal.predicate()).check();
        new ExecutionCheck(report, call, proposal.predicate()).check();
        new EndCheck(report, call, proposal.predicate()).check();
    }
}
