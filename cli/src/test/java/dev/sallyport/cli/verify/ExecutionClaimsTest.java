package dev.sallyport.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.cli.verify.report.Verdict.Status;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Permit, execution and end of a call agree with its decision and with one another. */
class ExecutionClaimsTest extends CaseVerification {
    @Test
    void aCallWithoutAnEndFails() {
        Map<String, SignedStatement> statements = approved().statements();
        statements.remove("ended");
        Report report = verify(bundle(approved()).files(statements));
        assertFails(report, Claim.ENDED);
        assertThat(report.summary().get(Claim.LINKS)).isEqualTo(Status.HOLDS);
    }

    @Test
    void aCallWithTwoEndsFails() {
        SampleCall call = approved();
        Map<String, SignedStatement> statements = call.statements();
        SignedStatement again = of(
                call.editPredicate(SampleStep.ENDED, p -> ((ObjectNode) p.get("ended")).put("code", "AGAIN"))
                        .statements(),
                "ended");
        statements.put("ended again", again);
        assertFails(verify(bundle(call).files(statements)), Claim.ENDED);
    }

    @Test
    void anEndThatContradictsTheResultFails() {
        SampleCall call =
                approved().editPredicate(SampleStep.ENDED, p -> ((ObjectNode) p.get("ended")).put("outcome", "failed"));
        assertFails(verify(bundle(call).files()), Claim.ENDED);
    }

    @Test
    void anEndMayTakeASuccessForLessWhereTheOutputIsNotAsDeclaredAndNeverForMore() {
        SampleCall less = approved()
                .editPredicate(
                        SampleStep.ENDED,
                        p -> ((ObjectNode) p.get("ended"))
                                .put("outcome", "failed")
                                .put("code", "OUTPUT_INVALID"));
        assertThat(verify(bundle(less).files()).summary().get(Claim.ENDED)).isEqualTo(Status.HOLDS);
        SampleCall more = approved()
                .editPredicate(SampleStep.EXECUTED, p -> p.put("outcome", "timed_out"))
                .editPredicate(
                        SampleStep.ENDED,
                        p -> ((ObjectNode) p.get("ended"))
                                .put("outcome", "failed")
                                .put("code", "OUTPUT_INVALID"));
        assertFails(verify(bundle(more).files()), Claim.ENDED);
    }

    @Test
    void aDeniedCallThatEndedWellFails() {
        SampleCall call = fleet.call(Outcome.DENY)
                .editPredicate(SampleStep.ENDED, p -> ((ObjectNode) p.get("ended")).put("outcome", "succeeded"));
        assertFails(verify(bundle(call).files()), Claim.ENDED);
    }

    @Test
    void aPermitWithoutTheRequiredApprovalFails() {
        SampleCall call = approved().editPredicate(SampleStep.PERMIT, p -> {
            ArrayNode links = (ArrayNode) p.get("links");
            links.remove(2);
            links.remove(1);
        });
        assertFails(verify(bundle(call).files()), Claim.PERMITTED);
    }

    @Test
    void aPermitForADeniedCallFails() {
        SampleCall call = fleet.call(Outcome.ALLOW)
                .editPredicate(SampleStep.PROPOSED, p -> ((ObjectNode) p.get("decision")).put("outcome", "deny"));
        assertFails(verify(bundle(call).files()), Claim.PERMITTED);
    }

    @Test
    void aPermitForOtherArgumentsFails() {
        SampleCall call = approved().editPredicate(SampleStep.PERMIT, p -> p.put("args_digest", "1".repeat(64)));
        assertFails(verify(bundle(call).files()), Claim.PERMITTED);
    }

    @Test
    void aPermitForMoreHostsThanProposedFails() {
        SampleCall call = approved()
                .editPredicate(SampleStep.PERMIT, p -> ((ArrayNode) p.at("/egress/hosts")).add("evil.example"));
        assertFails(verify(bundle(call).files()), Claim.PERMITTED);
    }

    @Test
    void aPermitThatLiftsAnotherRuleFails() {
        SampleCall call = approved()
                .editPredicate(SampleStep.PERMIT, p -> ((ObjectNode) p.at("/lifted_rules/0")).put("id", "hard.never"));
        assertFails(verify(bundle(call).files()), Claim.PERMITTED);
    }

    @Test
    void aSkillThatRanOtherwiseThanPermittedFails() {
        String permitted = "1".repeat(64);
        assertThat(verify(bundle(skill(permitted, "clock", "1000")).files())
                        .summary()
                        .get(Claim.EXECUTED))
                .isEqualTo(Status.HOLDS);
        for (SampleCall other : List.of(
                skill("2".repeat(64), "clock", "1000"),
                skill(permitted, "clock http", "1000"),
                skill(permitted, "none", "1001"),
                skill(permitted, "none", ""))) {
            assertFails(verify(bundle(other).files()), Claim.EXECUTED);
        }
    }

    /** A call of a skill whose permit grants the clock and 1,000 units of fuel. */
    private SampleCall skill(String archive, String granted, String fuel) {
        return approved()
                .editPredicate(SampleStep.PERMIT, p -> {
                    p.put("tier", "A");
                    ObjectNode skill = p.putObject("runtime")
                            .put("kind", "wasm")
                            .put("confined", false)
                            .putObject("skill");
                    skill.put("id", "acme.mask").put("version", "1.0.0").put("package_digest", "1".repeat(64));
                    skill.putArray("capabilities").add("clock");
                    skill.put("fuel", 1_000).put("host_calls", 1);
                })
                .editPredicate(SampleStep.EXECUTED, p -> {
                    ((ObjectNode) p.get("ran")).put("kind", "wasm");
                    ObjectNode sandbox = (ObjectNode) p.get("sandbox");
                    sandbox.put("requested_tier", "A").put("tier", "A").put("backend", "endive");
                    ArrayNode facts = sandbox.putArray("facts");
                    Map.of("package", archive, "granted", granted, "fuel_used", fuel)
                            .forEach((name, value) -> facts.addObject()
                                    .put("name", name)
                                    .put("state", "enforced")
                                    .put("value", value));
                });
    }

    @Test
    void aCallStartedTwiceFails() {
        SampleCall call = approved();
        Map<String, SignedStatement> statements = call.statements();
        SignedStatement again = of(
                call.editPredicate(SampleStep.STARTED, p -> ((ObjectNode) p.get("started")).put("fence", 2))
                        .statements(),
                "started");
        statements.put("started again", again);
        assertFails(verify(bundle(call).files(statements)), Claim.STARTED);
    }

    @Test
    void aClaimAfterThePermitHadEndedFails() {
        SampleCall call = approved();
        call.editPredicate(
                SampleStep.STARTED,
                p -> ((ObjectNode) p.get("started")).put("claimed_at", later(call, Duration.ofSeconds(31))));
        assertFails(verify(bundle(call).files()), Claim.STARTED);
    }

    @Test
    void aNodeOfAnotherPoolFails() {
        SampleCall call = approved().editPredicate(SampleStep.PERMIT, p -> p.put("pool", "other"));
        assertFails(verify(bundle(call).files()), Claim.STARTED);
    }

    @Test
    void aResultOfAnotherNodeFails() {
        SampleCall call = approved()
                .editPredicate(
                        SampleStep.STARTED,
                        p -> ((ObjectNode) p.get("started"))
                                .put("node", fleet.id("node-default-node-2").toString()));
        assertFails(verify(bundle(call).files()), Claim.EXECUTED);
    }

    @Test
    void aWeakerSandboxThanPermittedFails() {
        assertFails(
                verify(bundle(fleet.call(Outcome.APPROVAL_REQUIRED, terms -> terms.ranIn = Tier.B))
                        .files()),
                Claim.EXECUTED);
    }

    @Test
    void aResultWhoseDigestIsOfSomethingElseFails() {
        SampleCall call = approved().editPredicate(SampleStep.EXECUTED, p -> p.put("exit_code", 3));
        assertFails(verify(bundle(call).files()), Claim.EXECUTED);
    }

    @Test
    void aStartWithoutAResultFails() {
        SampleCall call = approved();
        Map<String, SignedStatement> statements = call.statements();
        String cause = of(statements, "started").digest().hex();
        SignedStatement end = of(
                call.editPredicate(SampleStep.ENDED, p -> {
                            ((ObjectNode) p.at("/links/0"))
                                    .put("type", "audit/v1")
                                    .put("digest", cause);
                            ((ObjectNode) p.get("ended")).put("outcome", "expired");
                        })
                        .statements(),
                "ended");
        statements.remove("executed");
        statements.put("ended", end);
        assertFails(verify(bundle(call).files(statements)), Claim.ENDED);
    }

    @Test
    void aLateResultBesideAnIndeterminateOneIsProvenAndNoted() {
        SampleCall call = approved();
        Report report = verify(bundle(call).files(withLateResult(call, true)));
        assertThat(report.proven()).as("%s", report.verdicts()).isTrue();
        assertThat(report.summary().get(Claim.EXECUTED)).isEqualTo(Status.NOTED);
        assertThat(report.summary().get(Claim.LINKS)).isEqualTo(Status.HOLDS);
    }

    @Test
    void aSecondResultThatNobodyCallsLateFails() {
        SampleCall call = approved();
        assertFails(verify(bundle(call).files(withLateResult(call, false))), Claim.EXECUTED);
    }

    @Test
    void aLateResultThatWasLeftOutFails() {
        SampleCall call = approved();
        Map<String, SignedStatement> statements = withLateResult(call, true);
        statements.remove("late");
        assertFails(verify(bundle(call).files(statements)), Claim.LINKS);
    }

    @Test
    void aLateResultOfAnotherNodeFails() {
        SampleCall call = approved().saidBy(SampleStep.EXECUTED, "node-default-node-2");
        assertFails(
                verify(bundle(call).alsoSignedBy("node-default-node-2").files(withLateResult(call, true))),
                Claim.EXECUTED);
    }

    /** A call whose node lost its lease: control's result took effect, the node's own came after it. */
    private static Map<String, SignedStatement> withLateResult(SampleCall call, boolean told) {
        Map<String, SignedStatement> usual = call.statements();
        SignedStatement late = of(usual, "executed");
        List<Link> links = List.of(
                Link.to(StatementType.EXECUTION_PERMIT, of(usual, "permit").digest()),
                Link.to(StatementType.AUDIT, of(usual, "started").digest()));
        SignedStatement indeterminate = say(
                call,
                ToolExecuted.withoutRun(
                        call.by("executor-service"),
                        links,
                        CallOutcome.INDETERMINATE,
                        "LEASE_LOST",
                        call.proposal().argsDigest()));
        call.editPredicate(SampleStep.ENDED, p -> {
            ((ObjectNode) p.at("/links/0")).put("digest", indeterminate.digest().hex());
            ((ObjectNode) p.get("ended")).put("outcome", "indeterminate").put("code", "LEASE_LOST");
        });
        Map<String, SignedStatement> statements = call.statements();
        statements.put("executed", indeterminate);
        statements.put("late", late);
        if (told) {
            statements.put(
                    "late-result",
                    say(
                            call,
                            Audit.of(
                                    call.by("executor-service"),
                                    AuditEvent.LATE_RESULT,
                                    fleet.id(SampleCall.NODE).toString(),
                                    List.of(Link.to(StatementType.TOOL_EXECUTED, late.digest())),
                                    Map.of("outcome", "SUCCEEDED"))));
        }
        return statements;
    }

    private static SignedStatement say(SampleCall call, Predicate predicate) {
        return fleet.sign(
                "executor-service", Statement.of(call.subject(), predicate).payload());
    }
}
