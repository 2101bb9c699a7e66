package dev.sallyport.statements.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** An answer by a grant counts exactly as far as the people's answer that gave it. */
class AnswerByGrantTest {
    private final TestAuthority authority = new TestAuthority("fleet-1");
    private final TestCall signers = new TestCall(authority);
    private final StatementVerifier verifier = new StatementVerifier(authority.trust(), Revocations.NONE);

    private SampleCall call(Consumer<SampleTerms> difference) {
        return new SampleCall(signers, difference);
    }

    private SampleCall giver(ApprovalScope scope) {
        return call(terms -> terms.grants(scope));
    }

    private SampleCall answered(SampleCall giver, Consumer<SampleTerms> difference) {
        return call(terms -> {
            terms.answeredBy(giver);
            difference.accept(terms);
        });
    }

    private void verifies(SampleCall call) throws StatementRefusedException {
        verifier.verify(
                StatementType.APPROVAL_RESOLVED,
                call.record(SampleStep.RESOLVED).encode());
        verifier.verify(
                StatementType.EXECUTION_PERMIT, call.record(SampleStep.PERMIT).encode());
    }

    private void refused(Refusal refusal, SampleCall call) {
        for (SampleStep step : List.of(SampleStep.RESOLVED, SampleStep.PERMIT)) {
            StatementRecord record = call.record(step);
            assertThatThrownBy(() -> verifier.verify(record))
                    .isInstanceOfSatisfying(
                            StatementRefusedException.class,
                            refused -> assertThat(refused.refusal())
                                    .as(refused.getMessage())
                                    .isEqualTo(refusal));
        }
    }

    @Test
    void anAnswerByAGrantVerifiesWithThePeoplesAnswerAndSoDoesThePermitOnIt() throws StatementRefusedException {
        verifies(giver(ApprovalScope.SESSION));
        verifies(answered(giver(ApprovalScope.SESSION), terms -> {}));
        verifies(answered(giver(ApprovalScope.TIME), terms -> terms.session = "another"));
    }

    @Test
    void withoutThePeoplesAnswerItIsRefused() {
        SampleCall call = answered(giver(ApprovalScope.SESSION), terms -> {});
        StatementRecord alone = new StatementRecord(
                call.signed(SampleStep.RESOLVED),
                List.of(call.signed(SampleStep.REQUESTED), call.signed(SampleStep.PROPOSED)),
                List.of());
        assertThatThrownBy(() -> verifier.verify(alone)).isInstanceOf(StatementRefusedException.class);
    }

    @Test
    void aGrantForASessionAnswersNoOtherSession() throws StatementRefusedException {
        refused(Refusal.BROKEN_LINK, answered(giver(ApprovalScope.SESSION), terms -> terms.session = "another"));
    }

    @Test
    void aGrantAnswersNoOtherPrincipalToolVersionRuleSecretOrRisk() throws StatementRefusedException {
        for (Consumer<SampleTerms> difference : List.<Consumer<SampleTerms>>of(
                terms -> terms.principal = "agent:other",
                terms -> terms.tool = "fs.write",
                terms -> terms.toolVersion = "2",
                terms -> terms.skill = "reports",
                terms -> terms.workspace = SampleTerms.freshId(),
                terms -> terms.rule = new RuleRef("baseline.sensitive", Digest.of(new byte[] {2})),
                terms -> terms.rule = new RuleRef("baseline.other", SampleTerms.SOME),
                terms -> terms.risk = Severity.HIGH,
                terms -> terms.obligations = new Obligations(ApproverRole.OPERATOR, 2, 300, Assurance.SESSION, false),
                terms -> terms.obligations = new Obligations(ApproverRole.OWNER, 1, 300, Assurance.SESSION, false),
                terms -> terms.obligations = new Obligations(ApproverRole.OPERATOR, 1, 300, Assurance.KEY, false),
                terms -> terms.options = List.of("allow_once", "deny"))) {
            refused(Refusal.BROKEN_LINK, answered(giver(ApprovalScope.TIME), difference));
        }
        verifies(answered(giver(ApprovalScope.TIME), terms -> {}));
    }

    @Test
    void aGrantAnswersNothingAfterItsEnd() throws StatementRefusedException {
        SampleCall giver = call(terms -> {
            terms.grants(ApprovalScope.TIME);
            terms.grant = new ApprovalResolved.Grant(SampleTerms.freshId(), terms.now.plusSeconds(2), 10, null);
        });
        verifies(answered(giver, terms -> terms.now = giver.terms().now.plusMillis(1_999)));
        refused(
                Refusal.BROKEN_LINK,
                answered(giver, terms -> terms.now = giver.terms().now.plusSeconds(2)));
    }

    @Test
    void anAnswerThatIsDatedBackAnswersNoQuestionOfAfterTheEnd() throws StatementRefusedException {
        SampleCall giver = call(terms -> {
            terms.grants(ApprovalScope.TIME);
            terms.grant = new ApprovalResolved.Grant(SampleTerms.freshId(), terms.now.plusSeconds(2), 10, null);
        });
        verifies(datedBack(giver, Duration.ofMillis(1_999)));
        StatementRecord late = datedBack(giver, Duration.ofSeconds(2)).record(SampleStep.RESOLVED);
        assertThatThrownBy(() -> verifier.verify(late))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageContaining("asked about after the end of the grant");
    }

    /** Otherwise a grant that somebody signed for an hour could be stated again whenever that hour is over. */
    @Test
    void aGrantIsGivenWhilePeopleCouldAnswer() throws StatementRefusedException {
        verifies(answered(givenLater(Duration.ofSeconds(5)), terms -> terms.now = terms.now.plusSeconds(310)));
        StatementRecord late = answered(
                        givenLater(Duration.ofSeconds(6)), terms -> terms.now = terms.now.plusSeconds(310))
                .record(SampleStep.RESOLVED);
        assertThatThrownBy(() -> verifier.verify(late))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageContaining("after the time to answer");
    }

    /** A call whose grant was given so long after the end of its question. */
    private SampleCall givenLater(Duration afterTheEnd) {
        SampleCall giver = giver(ApprovalScope.TIME);
        return giver.editPredicate(
                SampleStep.RESOLVED,
                predicate -> predicate.put(
                        "resolved_at",
                        StatementJson.format(
                                giver.terms().now.plus(giver.terms().askedFor).plus(afterTheEnd))));
    }

    /** Asked about so long after the giver's call, and answered as if one second after it. */
    private SampleCall datedBack(SampleCall giver, Duration later) {
        return answered(giver, terms -> terms.now = giver.terms().now.plus(later))
                .editPredicate(
                        SampleStep.RESOLVED,
                        predicate -> predicate.put(
                                "resolved_at",
                                StatementJson.format(giver.terms().now.plusSeconds(1))));
    }

    @Test
    void aPersonsAnswerToOneCallAnswersNoOther() throws StatementRefusedException {
        SampleCall once = call(terms -> terms.options = List.of("allow_once", "allow_session", "deny"));
        SampleCall given = giver(ApprovalScope.SESSION);
        SampleCall call = answered(given, terms -> {});
        call.editPredicate(
                SampleStep.RESOLVED,
                predicate -> ((ObjectNode) predicate.get("links").get(1))
                        .put("digest", once.signed(SampleStep.RESOLVED).digest().hex()));
        StatementRecord record = new StatementRecord(
                call.signed(SampleStep.RESOLVED),
                List.of(
                        call.signed(SampleStep.REQUESTED),
                        call.signed(SampleStep.PROPOSED),
                        once.signed(SampleStep.RESOLVED),
                        once.signed(SampleStep.REQUESTED),
                        once.signed(SampleStep.PROPOSED)),
                List.of());
        assertThatThrownBy(() -> verifier.verify(record))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageContaining("gave no grant");
    }

    /** A chain of uses would outlive the grant. */
    @Test
    void anAnswerByAGrantGivesNoGrant() {
        SampleCall middle = answered(giver(ApprovalScope.SESSION), terms -> {});
        SampleCall call = answered(middle, terms -> {});
        middle.terms().grant = giver(ApprovalScope.SESSION).terms().grant;
        List<SignedStatement> evidence =
                new ArrayList<>(List.of(call.signed(SampleStep.REQUESTED), call.signed(SampleStep.PROPOSED)));
        evidence.addAll(call.givers());
        evidence.addAll(middle.givers());
        StatementRecord record = new StatementRecord(call.signed(SampleStep.RESOLVED), evidence, List.of());
        assertThatThrownBy(() -> verifier.verify(record))
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageContaining("gave no grant");
    }

    @Test
    void aGrantIsUsedNoMoreOftenThanItSays() throws StatementRefusedException {
        SampleCall last = answered(giver(ApprovalScope.SESSION), terms -> {})
                .editPredicate(SampleStep.RESOLVED, predicate -> ((ObjectNode) predicate.get("reuse")).put("use", 10));
        verifies(last);
        refused(
                Refusal.BROKEN_LINK,
                answered(giver(ApprovalScope.SESSION), terms -> {})
                        .editPredicate(
                                SampleStep.RESOLVED,
                                predicate -> ((ObjectNode) predicate.get("reuse")).put("use", 11)));
    }

    @Test
    void whatWasPartlySeenGivesNoGrant() {
        SampleCall giver = giver(ApprovalScope.SESSION)
                .editPredicate(
                        SampleStep.RESOLVED,
                        predicate -> ((ObjectNode) predicate.at("/answers/0")).put("partly_seen", true));
        refused(Refusal.BROKEN_LINK, answered(giver, terms -> {}));
    }

    @Test
    void aScopeAndItsGrantGoTogether() {
        refused(Refusal.SCHEMA, call(terms -> {
            terms.grants(ApprovalScope.SESSION);
            terms.grant = null;
        }));
        refused(Refusal.SCHEMA, call(terms -> {
            terms.grants(ApprovalScope.SESSION);
            terms.scope = ApprovalScope.ONCE;
        }));
        refused(Refusal.SCHEMA, call(terms -> {
            terms.grants(ApprovalScope.TIME);
            terms.grant =
                    new ApprovalResolved.Grant(SampleTerms.freshId(), terms.now.plus(Duration.ofDays(31)), 10, null);
        }));
    }
}
