package dev.sallyport.cli.verify.call;

import dev.sallyport.cli.verify.call.Call.Said;
import dev.sallyport.cli.verify.report.CheckedStatement;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Finding;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.verify.AnswerByGrant;
import dev.sallyport.statements.verify.VerifiedStatement;
import dev.sallyport.statements.vocabulary.Assurance;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether humans answered what was asked, as it was asked, wherever policy required it. */
final class ApprovalCheck {
    /** What two clocks of the fleet may differ by. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private final Report report;
    private final Call call;
    private final Call all;
    private final ToolProposed proposed;
    private final Map<Digest, byte[]> details;

    ApprovalCheck(Report report, Call call, Call all, ToolProposed proposed, Map<Digest, byte[]> details) {
        this.report = report;
        this.call = call;
        this.all = all;
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
        if (ran) {
            Finding finding = new Finding(report, Claim.APPROVED, said.name())
                    .require(resolved.answer() == Answer.APPROVED, "a permit was cut although the answer was no");
            checkApproval(finding, question, resolved);
            finding.conclude();
            if (resolved.reuse() != null) {
                report.noted(
                        Claim.APPROVED,
                        said.name(),
                        "nobody was asked about this call: grant "
                                + resolved.reuse().grantId()
                                + " answered. That its arguments are like those of the call that was shown is the word"
                                + " of approval-service");
            }
        } else if (resolved.answer() == Answer.APPROVED) {
            report.noted(
                    Claim.APPROVED,
                    said.name(),
                    "it was approved, but policy-service cut no permit on it: nothing rests on this answer");
        } else {
            report.holds(Claim.APPROVED, said.name());
        }
    }

    private void checkApproval(Finding finding, ApprovalRequested question, ApprovalResolved resolved) {
        finding.require(resolved.approvalId().equals(question.approvalId()), "it answers another question")
                .require(question.offers(resolved.answer(), resolved.scope()), "it has a scope that was not offered")
                .require(
                        !resolved.resolvedAt().isAfter(question.expiresAt().plus(SKEW)),
                        "it was approved after the time to answer");
        if (resolved.reuse() == null) {
            checkAnswers(finding, question, question, resolved);
        } else {
            checkGrant(finding, question, resolved);
        }
    }

    /** The people's answer that gave the grant counts for this question too, as if they had been asked again. */
    private void checkGrant(Finding finding, ApprovalRequested question, ApprovalResolved resolved) {
        try {
            AnswerByGrant reused = AnswerByGrant.of(
                    resolved,
                    digest ->
                            all.byDigest(digest).map(CheckedStatement::verified).map(VerifiedStatement::statement));
            reused.contradiction()
                    .ifPresent(point -> finding.require(false, "the grant does not answer this question: " + point));
            checkAnswers(finding, question, reused.givenFor(), reused.given());
        } catch (StatementRefusedException e) {
            finding.require(false, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Whether these people may answer this question.
     *
     * @param shown the question that they had before them; another one where a grant repeats their answer
     */
    private void checkAnswers(
            Finding finding, ApprovalRequested question, ApprovalRequested shown, ApprovalResolved resolved) {
        Set<String> approvers = new HashSet<>();
        for (ApproverAnswer answer : resolved.answers()) {
            checkAnswer(finding, question, shown, answer);
            approvers.add(answer.principal());
        }
        finding.require(
                approvers.size() >= question.obligations().quorum(),
                approvers.size() + " approved where " + question.obligations().quorum() + " had to");
    }

    private void checkAnswer(
            Finding finding, ApprovalRequested question, ApprovalRequested asked, ApproverAnswer answer) {
        Digest shown = asked.prompt().digest();
        String person = answer.principal();
        finding.require(answer.answer() == Answer.APPROVED, person + " said no")
                .require(person.startsWith("person:"), person + " is not a person")
                .require(
                        question.obligations().assurance() != Assurance.KEY
                                || answer.signature() != null
                                || answer.authenticator().equals("fresh-link"),
                        person + " did not sign, and had to: the answer rests on a " + answer.authenticator()
                                + " alone")
                .require(!person.equals(question.requester()), "the requester approved itself")
                .require(
                        !question.obligations().fourEyes()
                                || !question.accountable().contains(person),
                        person + " is accountable for the call and may not approve it")
                .require(
                        question.obligations().approverRole().isMetBy(answer.roles()),
                        person + " does not have the role "
                                + question.obligations().approverRole().wire())
                .require(
                        question.group() == null
                                || question.group()
                                        .admits(person, asked.issued().at(), answer.at()),
                        person + " is not in the group that was asked, or answered before the turn of theirs")
                .require(
                        shown.equals(answer.promptDigest()),
                        person + " was shown something else than what policy-service asked");
        byte[] prompt = details.get(shown);
        if (prompt == null || prompt.length < Detail.SALT_BYTES) {
            report.noted(
                    Claim.APPROVED,
                    person,
                    "the prompt is not disclosed: what " + person + " saw is known by its digest only");
        }
    }
}
