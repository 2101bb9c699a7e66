package dev.sallyport.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.cli.verify.report.Verdict.Status;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.predicate.ApprovalRequested.Group;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SamplePasskey;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who may answer a question, and what an answer carries. */
class ApprovalClaimsTest extends CaseVerification {
    @Test
    void anApprovalByTheRequesterFails() {
        assertFails(verify(bundle(approvedBy("agent:demo", "operator")).files()), Claim.APPROVED);
    }

    @Test
    void anApprovalByTheAccountableUnderFourEyesFails() {
        SampleCall call = approvedBy("person:owner", "owner")
                .editPredicate(SampleStep.REQUESTED, p -> ((ObjectNode) p.get("obligations")).put("four_eyes", true));
        assertFails(verify(bundle(call).files()), Claim.APPROVED);
    }

    @Test
    void theAccountableMayApproveWhereFourEyesAreNotAsked() {
        assertThat(verify(bundle(approvedBy("person:owner", "owner")).files()).proven())
                .isTrue();
    }

    @Test
    void anApprovalWithoutTheRoleFails() {
        assertFails(verify(bundle(approvedBy("person:op", "auditor")).files()), Claim.APPROVED);
    }

    @Test
    void anApprovalFromOutsideOfTheGroupThatWasAskedFails() {
        assertFails(verify(bundle(askedGroup("person:other")).files()), Claim.APPROVED);
        assertThat(verify(bundle(askedGroup("person:other", "person:op")).files())
                        .proven())
                .as("control: whoever is in the group may answer")
                .isTrue();
    }

    @Test
    void anApprovalByTheNextGroupBeforeItsTurnFails() {
        assertFails(verify(bundle(escalating(299)).files()), Claim.APPROVED);
        Report report = verify(bundle(escalating(1)).files());
        assertThat(report.proven())
                .as("control, after its turn: %s", report.verdicts())
                .isTrue();
    }

    /** The answer comes two seconds after the question. */
    private static SampleCall escalating(int after) {
        Instant[] asked = new Instant[1];
        return approved()
                .editPredicate(SampleStep.REQUESTED, p -> {
                    asked[0] = Instant.parse(p.at("/issued/at").asString());
                    ObjectNode group = p.putObject("group");
                    group.putArray("names").add("security");
                    group.putArray("members").add("person:other");
                    ObjectNode next = group.putObject("escalation");
                    next.put("after_s", after);
                    next.putArray("names").add("leads");
                    next.putArray("members").add("person:op");
                })
                .editPredicate(SampleStep.RESOLVED, p -> {
                    String at = StatementJson.format(asked[0].plusSeconds(2));
                    p.put("resolved_at", at);
                    ObjectNode answer = (ObjectNode) p.at("/answers/0");
                    answer.put("principal", "person:op").put("at", at);
                    answer.putArray("roles").add("operator");
                });
    }

    @Test
    void anAnswerThatItsPersonSignedIsProvenOffline() {
        Report report = verify(bundle(signed(answer -> answer)).files());
        assertThat(report.proven()).as("%s", report.verdicts()).isTrue();
        assertThat(report.verdicts().toString()).doesNotContain("did not sign");
    }

    @Test
    void anAnswerThatWasSignedForAnotherPromptFails() {
        assertFails(
                verify(bundle(signed(answer -> new SignedAnswer(
                                answer.approvalId(),
                                answer.proposal(),
                                SampleTerms.SOME,
                                answer.answer(),
                                answer.scope(),
                                answer.further())))
                        .files()),
                Claim.APPROVED);
    }

    @Test
    void whereASignatureWasAskedForAndNobodyHadAKeyItIsSaid() {
        Report report = verify(bundle(unsigned("fresh-link")).files());
        assertThat(report.proven()).as("%s", report.verdicts()).isTrue();
        assertThat(report.verdicts().toString()).contains("person:op did not sign");
        for (String authenticator : List.of("token", "session", "device-certificate")) {
            assertFails(verify(bundle(unsigned(authenticator)).files()), Claim.APPROVED);
        }
    }

    private SampleCall unsigned(String authenticator) {
        return fleet.call(
                        Outcome.APPROVAL_REQUIRED,
                        terms -> terms.obligations =
                                new Obligations(ApproverRole.OPERATOR, 1, 300, Assurance.KEY, false))
                .editPredicate(
                        SampleStep.RESOLVED,
                        p -> ((ObjectNode) p.at("/answers/0")).put("authenticator", authenticator));
    }

    private SampleCall signed(UnaryOperator<SignedAnswer> instead) {
        return fleet.call(Outcome.APPROVAL_REQUIRED, terms -> {
            terms.obligations = new Obligations(ApproverRole.OPERATOR, 1, 300, Assurance.KEY, false);
            terms.signedBy = SamplePasskey.of("person:op");
            terms.signsInstead = instead;
        });
    }

    @Test
    void anAnswerByAGrantIsProvenWithThePeoplesAnswer() {
        SampleCall giver = grants();
        Report report = verify(bundle(answeredBy(giver, terms -> {})).files());
        assertThat(report.proven()).as("%s", report.verdicts()).isTrue();
        assertThat(report.verdicts().toString()).contains("nobody was asked about this call");
    }

    @Test
    void aGrantOfSomebodyWhoMayNotAnswerThisQuestionFails() {
        SampleCall giver = grants();
        assertFails(
                verify(bundle(answeredBy(
                                giver, terms -> terms.group = new Group(List.of("finance"), List.of("person:other"))))
                        .files()),
                Claim.APPROVED);
        assertFails(
                verify(bundle(answeredBy(giver, terms -> {
                            terms.accountable = List.of("person:op");
                            terms.obligations = new Obligations(ApproverRole.OPERATOR, 1, 300, Assurance.SESSION, true);
                        }))
                        .files()),
                Claim.APPROVED);
    }

    @Test
    void aGrantForAnotherSessionFails() {
        assertFails(
                verify(bundle(answeredBy(grants(), terms -> terms.session = "another"))
                        .files()),
                Claim.APPROVED);
    }

    private static SampleCall grants() {
        return fleet.call(Outcome.APPROVAL_REQUIRED, terms -> {
            terms.id = SampleTerms.freshId();
            terms.grants(ApprovalScope.SESSION);
        });
    }

    private static SampleCall answeredBy(SampleCall giver, Consumer<SampleTerms> difference) {
        return fleet.call(Outcome.APPROVAL_REQUIRED, terms -> {
            terms.answeredBy(giver);
            difference.accept(terms);
        });
    }

    @Test
    void anApprovalByTooFewFails() {
        SampleCall call = approved()
                .editPredicate(SampleStep.REQUESTED, p -> ((ObjectNode) p.get("obligations")).put("quorum", 2));
        assertFails(verify(bundle(call).files()), Claim.APPROVED);
    }

    @Test
    void aPermitAfterANoFails() {
        SampleCall call = approved().editPredicate(SampleStep.RESOLVED, p -> {
            p.put("answer", "denied");
            ((ObjectNode) p.at("/answers/0")).put("answer", "denied");
        });
        assertFails(verify(bundle(call).files()), Claim.APPROVED);
    }

    @Test
    void anApprovalOfSomethingElseThanWasAskedFails() {
        SampleCall call = approved()
                .editPredicate(
                        SampleStep.RESOLVED,
                        p -> ((ObjectNode) p.at("/answers/0")).put("prompt_digest", "2".repeat(64)));
        assertFails(verify(bundle(call).files()), Claim.APPROVED);
    }

    @Test
    void anAnswerThatPolicyDidNotAcceptIsNotedWhereNothingRestsOnIt() {
        SampleCall call = approvedBy("person:op", "auditor");
        Map<String, SignedStatement> statements = call.statements();
        String cause = of(statements, "resolved").digest().hex();
        SignedStatement end = of(
                call.editPredicate(SampleStep.ENDED, p -> {
                            ((ObjectNode) p.at("/links/0"))
                                    .put("type", "approval-resolved/v1")
                                    .put("digest", cause);
                            ((ObjectNode) p.get("ended"))
                                    .put("outcome", "denied")
                                    .put("code", "POLICY_CHANGED");
                        })
                        .statements(),
                "ended");
        List.of("permit", "started", "executed").forEach(statements::remove);
        statements.put("ended", end);
        Report report = verify(bundle(call).files(statements));
        // Its output was never made, so that detail belongs to nothing.
        assertThat(report.summary().get(Claim.APPROVED)).isEqualTo(Status.NOTED);
        assertThat(report.summary().get(Claim.ENDED)).isEqualTo(Status.HOLDS);
    }

    @Test
    void anApprovalAfterTheTimeFails() {
        SampleCall call = approved();
        call.editPredicate(SampleStep.RESOLVED, p -> p.put("resolved_at", later(call, Duration.ofMinutes(6))));
        assertFails(verify(bundle(call).files()), Claim.APPROVED);
    }

    /** A call that person:op approved, where the members of a group were asked. */
    private static SampleCall askedGroup(String... members) {
        return approvedBy("person:op", "operator").editPredicate(SampleStep.REQUESTED, p -> {
            ObjectNode group = p.putObject("group");
            group.putArray("names").add("security");
            ArrayNode people = group.putArray("members");
            List.of(members).forEach(people::add);
        });
    }

    private static SampleCall approvedBy(String principal, String role) {
        return approved().editPredicate(SampleStep.RESOLVED, p -> {
            ObjectNode answer = (ObjectNode) p.at("/answers/0");
            answer.put("principal", principal);
            answer.putArray("roles").add(role);
        });
    }
}
