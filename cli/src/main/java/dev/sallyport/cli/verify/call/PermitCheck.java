package dev.sallyport.cli.verify.call;

import dev.sallyport.cli.verify.call.Call.Said;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Finding;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether permits were cut only where they were due, none wider than the proposal. */
final class PermitCheck {
    private static final int LINKS_WITH_APPROVAL = 3;
    private final Report report;
    private final Call call;
    private final ToolProposed proposed;

    PermitCheck(Report report, Call call, ToolProposed proposed) {
        this.report = report;
        this.call = call;
        this.proposed = proposed;
    }

    void check() {
        List<Said<ExecutionPermit>> permits = call.permits();
        if (permits.isEmpty()) {
            report.holds(Claim.PERMITTED, "");
            return;
        }
        Set<Integer> cuts = new HashSet<>();
        for (Said<ExecutionPermit> permit : permits) {
            check(permit, cuts.add(permit.predicate().cut()));
        }
    }

    private void check(Said<ExecutionPermit> said, boolean newCut) {
        ExecutionPermit permit = said.predicate();
        Proposal proposal = proposed.proposal();
        PermittedSkill skill = permit.runtime().skill();
        boolean approval = proposed.decision().outcome() == Decision.Outcome.APPROVAL_REQUIRED;
        new Finding(report, Claim.PERMITTED, said.name())
                .require(newCut, "there are two permits with the cut " + permit.cut())
                .require(proposed.decision().outcome() != Decision.Outcome.DENY, "a denied call was permitted")
                .require(
                        (permit.links().size() == LINKS_WITH_APPROVAL) == approval,
                        approval
                                ? "it does not rest on the approval that policy required"
                                : "it rests on an approval that nobody required")
                .require(lifted(permit).equals(asked(approval)), "it lifts other rules than humans were asked about")
                .require(
                        permit.tool().equals(proposal.tool())
                                && permit.toolVersion().equals(proposal.toolVersion())
                                && permit.toolDigest().equals(proposal.toolDigest()),
                        "it permits another tool than the one proposed")
                .require(permit.argsDigest().equals(proposal.argsDigest()), "it permits other arguments")
                .require(
                        proposal.egressHosts().containsAll(permit.egress().hosts()),
                        "it permits hosts that were not proposed")
                .require(
                        Objects.equals(skill == null ? null : skill.id(), proposal.skill()),
                        "it permits another skill than the one proposed")
                .require(secretsWereProposed(permit, proposal), "it permits secrets that were not proposed")
                .require(!permit.notAfter().isAfter(permit.startBy()), "it outlives the time to start")
                .conclude();
    }

    private Set<RuleRef> asked(boolean approval) {
        return approval
                ? call.requested().stream()
                        .map(Said::predicate)
                        .map(ApprovalRequested::rules)
                        .flatMap(List::stream)
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private static Set<RuleRef> lifted(ExecutionPermit permit) {
        return Set.copyOf(new HashSet<>(permit.liftedRules()));
    }

    /**
     * A proposal may write the workspace by name and leave the version open; a permit has the id and pins a version.
     */
    private static boolean secretsWereProposed(ExecutionPermit permit, Proposal proposal) {
        Set<String> proposed = new HashSet<>();
        for (String reference : proposal.secrets()) {
            String pathOnly = reference.split("#", 2)[0];
            proposed.add(pathOnly);
            proposed.add(
                    "vault://" + proposal.workspaceId() + pathOnly.substring(Math.max(0, pathOnly.lastIndexOf('/'))));
        }
        return permit.secrets().stream()
                .map(SecretGrant::reference)
                .allMatch(reference -> proposed.contains(reference.split("#", 2)[0]));
    }
}
