package dev.sallyport.cli.verify;

import dev.sallyport.cli.verify.Call.Said;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether humans answered what was asked, as it was asked, wherever policy required it. */
final class ApprovalCheck {
    private static final List<String> ROLES_FROM_WEAK_TO_STRONG = List.of("operator", "admin", "owner");
    private final Report report;
    private final Call call;
    private final ToolProposed proposed;
    private final Map<Digest, byte[]> details;

    ApprovalCheck(Report report, Call call, ToolProposed proposed, Map<Digest, byte[]> details) {
        this.report = report;
        this.call = call;
        this.proposed = proposed;
        this.details = details;
    }

    void check() {
        List<Said<ApprovalRequested>> requested = call.requested();
        List<Said<ApprovalResolved>> resolved = call.resolved();
        if (proposed.decision().outcome() != Decision.Outcome.APPROVAL_REQUIRED) {
            report.check(
                    Claim.APPROVED,
                    "",
                    requested.isEmpty() && resolved.isEmpty(),
                    "humans were asked, though policy had decided "
                            + proposed.decision().code());
            return;
        }
        if (requested.size() != 1) {
            report.fails(
                    Claim.APPROVED,
                    "",
                    "policy required an approval, and it was asked for " + requested.size() + " times, not once");
            return;
        }
        Said<ApprovalRequested> question = requested.getFirst();
        new Finding(report, Claim.APPROVED, question.name())
                .require(
                        question.predicate()
                                .requester()
                                .equals(proposed.proposal().principal()),
                        "it names another requester than the proposal")
                .require(
                        new HashSet<>(question.predicate().accountable())
                                .equals(new HashSet<>(proposed.proposal().accountable())),
                        "it names others as accountable than the proposal")
                .require(question.predicate().obligations().quorum() >= 1, "it asks for nobody's approval")
                .conclude();
        boolean ran = !call.permits().isEmpty();
        if (resolved.size() > 1) {
            report.fails(Claim.APPROVED, "", "it was answered " + resolved.size() + " times, not once");
        } else if (resolved.isEmpty()) {
            report.check(Claim.APPROVED, "", !ran, "a permit was cut without an answer");
        } else {
            answer(question.predicate(), resolved.getFirst(), ran);
        }
    }

    private void answer(ApprovalRequested question, Said<ApprovalResolved> said, boolean ran) {
        ApprovalResolved resolved = said.predicate();
        Finding finding = new Finding(report, Claim.APPROVED, said.name())
                .require(resolved.approvalId().equals(question.approvalId()), "it answers another question")
                .require(resolved.answer() == Answer.APPROVED || !ran, "a permit was cut although the answer was no");
        if (resolved.answer() == Answer.APPROVED) {
            approved(finding, question, resolved);
        }
        resolved.answers().forEach(answer -> shown(finding, question, answer));
        finding.conclude();
    }

    private static void approved(Finding finding, ApprovalRequested question, ApprovalResolved resolved) {
        Set<String> approvers = new HashSet<>();
        for (ApproverAnswer answer : resolved.answers()) {
            finding.require(answer.answer() == Answer.APPROVED, answer.principal() + " said no");
            finding.require(!answer.principal().equals(question.requester()), "the requester approved itself");
            finding.require(
                    !question.obligations().fourEyes()
                            || !question.accountable().contains(answer.principal()),
                    answer.principal() + " is accountable for the call and may not approve it");
            finding.require(
                    suffices(answer.roles(), question.obligations().approverRole()),
                    answer.principal() + " does not have the role "
                            + question.obligations().approverRole());
            approvers.add(answer.principal());
        }
        finding.require(
                        approvers.size() >= question.obligations().quorum(),
                        approvers.size() + " approved where "
                                + question.obligations().quorum() + " had to")
                .require(
                        !resolved.resolvedAt().isAfter(question.expiresAt()),
                        "it was approved after the time to answer");
    }

    private void shown(Finding finding, ApprovalRequested question, ApproverAnswer answer) {
        byte[] prompt = details.get(question.prompt().digest());
        if (prompt == null || prompt.length < Detail.SALT_BYTES) {
            report.noted(
                    Claim.APPROVED,
                    answer.principal(),
                    "the prompt is not disclosed: what " + answer.principal() + " saw is known by its digest only");
            return;
        }
        finding.require(
                Digest.of(Detail.ofBytes(prompt).content()).equals(answer.promptDigest()),
                answer.principal() + " was shown something else than what policy-service asked");
    }

    private static boolean suffices(List<String> roles, String needed) {
        int least = ROLES_FROM_WEAK_TO_STRONG.indexOf(needed);
        return roles.contains(needed)
                || (least >= 0 && roles.stream().anyMatch(role -> ROLES_FROM_WEAK_TO_STRONG.indexOf(role) > least));
    }
}
