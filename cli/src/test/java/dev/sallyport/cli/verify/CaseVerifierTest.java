package dev.sallyport.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.verify.Verdict.Status;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.Tier;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.tlog.NoteSigner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class CaseVerifierTest {
    @TempDir
    private static Path home;

    private static SampleFleet fleet;
    private static SampleFleet foreign;

    @BeforeAll
    static void foundFleets() {
        fleet = new SampleFleet(home.resolve("fleet"));
        foreign = new SampleFleet(home.resolve("foreign"));
    }

    // What holds

    @Test
    void anApprovedCallIsProvenInEveryClaim() {
        Report report = verify(bundle(approved()).files());
        assertThat(report.summary())
                .allSatisfy(
                        (claim, status) -> assertThat(status).as(claim.wire()).isEqualTo(Status.HOLDS));
        assertThat(report.proven()).isTrue();
    }

    @Test
    void anAllowedCallIsProven() {
        assertThat(verify(bundle(fleet.call(Outcome.ALLOW)).files()).proven()).isTrue();
    }

    @Test
    void aDeniedCallIsProven() {
        assertThat(verify(bundle(fleet.call(Outcome.DENY)).files()).proven()).isTrue();
    }

    @Test
    void anErasedDetailIsNotedAndNothingElseSuffers() {
        SampleCall call = approved();
        Map<String, byte[]> files = bundle(call).files();
        files.remove("details/" + call.terms().output.digest());
        editManifest(
                files,
                manifest -> removeText(
                        (ArrayNode) manifest.get("details"),
                        call.terms().output.digest().hex()));
        Report report = verify(files);
        assertThat(report.summary().get(Claim.DETAILS)).isEqualTo(Status.NOTED);
        assertThat(report.proven()).isTrue();
    }

    @Test
    void theLogKeyAloneProvesWithANoteOnTheRoots() throws EvidenceRefusedException {
        Bundle bundle = Bundle.read(bundle(approved()).zip());
        Trust trust =
                Trust.byLogKeyAlone(fleet.trust(), Trust.keys(fleet.trust().logKeys()));
        Report report = new CaseVerifier(trust).verify(bundle);
        assertThat(report.summary().get(Claim.TRUST)).isEqualTo(Status.NOTED);
        assertThat(report.proven()).isTrue();
    }

    // The log

    @Test
    void anotherLogsKeyIsNotBelieved() throws EvidenceRefusedException {
        Bundle bundle = Bundle.read(bundle(approved()).zip());
        Trust trust = Trust.pinned(fleet.trust(), Trust.keys(foreign.trust().logKeys()));
        assertFails(new CaseVerifier(trust).verify(bundle), Claim.CHECKPOINT);
    }

    @Test
    void aCheckpointUnderAnotherLogsNameIsNotBelieved() throws EvidenceRefusedException {
        NoteSigner renamed = fleet.log("elsewhere.example/log");
        Bundle bundle = Bundle.read(bundle(approved()).log(renamed).zip());
        Trust trust = Trust.pinned(fleet.trust(), List.of(renamed.verifier()));
        assertFails(new CaseVerifier(trust).verify(bundle), Claim.CHECKPOINT);
    }

    @Test
    void anAlteredCheckpointFails() {
        Map<String, byte[]> files = bundle(approved()).files();
        String text = new String(of(files, "checkpoint"), StandardCharsets.UTF_8);
        files.put("checkpoint", text.replace("\n12\n", "\n13\n").getBytes(StandardCharsets.UTF_8));
        assertThat(text).contains("\n12\n");
        assertFails(verify(files), Claim.CHECKPOINT);
    }

    @Test
    void aProofOfAnotherLeafFails() {
        SampleBundle sample = bundle(approved());
        Map<String, byte[]> files = sample.files();
        int permit = sample.index("permit");
        files.put(
                "statements/" + permit + ".tlog-proof",
                of(files, "statements/" + sample.index("started") + ".tlog-proof"));
        assertFails(verify(files), Claim.INCLUSION);
    }

    @Test
    void aProofWithAnotherHashFails() {
        SampleBundle sample = bundle(approved());
        Map<String, byte[]> files = sample.files();
        String name = "statements/" + sample.index("permit") + ".tlog-proof";
        String[] lines = new String(of(files, name), StandardCharsets.UTF_8).split("\n", -1);
        lines[2] = Base64.getEncoder().encodeToString(new byte[32]);
        files.put(name, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        assertFails(verify(files), Claim.INCLUSION);
    }

    @Test
    void aStatementThatIsNotInTheLogFails() {
        SampleBundle sample = bundle(approved());
        Map<String, byte[]> files = sample.files();
        SignedStatement other = of(
                approved()
                        .editPredicate(SampleStep.PROPOSED, p -> p.put("sensitive", false))
                        .statements(),
                "proposed");
        int index = sample.index("proposed");
        files.put("statements/" + index + ".dsse.json", other.envelope().encode());
        editStatement(
                files, index, listed -> listed.put("digest", other.digest().hex()));
        assertFails(verify(files), Claim.INCLUSION);
    }

    // Each statement by itself

    @Test
    void anAlteredEnvelopeFails() {
        SampleBundle sample = bundle(approved());
        Map<String, byte[]> files = sample.files();
        String name = "statements/" + sample.index("permit") + ".dsse.json";
        String json = new String(of(files, name), StandardCharsets.US_ASCII);
        String payload = json.substring(json.indexOf(":\"") + 2, json.indexOf("\",\"payloadType"));
        byte[] altered = new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8)
                .replace("\"cut\":1", "\"cut\":2")
                .getBytes(StandardCharsets.UTF_8);
        files.put(
                name,
                json.replace(payload, Base64.getEncoder().encodeToString(altered))
                        .getBytes(StandardCharsets.US_ASCII));
        Report report = verify(files);
        assertFails(report, Claim.SIGNATURE);
        assertFails(report, Claim.INCLUSION);
    }

    @Test
    void aRespacedEnvelopeFails() {
        SampleBundle sample = bundle(approved());
        Map<String, byte[]> files = sample.files();
        String name = "statements/" + sample.index("permit") + ".dsse.json";
        files.put(
                name,
                new String(of(files, name), StandardCharsets.US_ASCII)
                        .replace("\":\"", "\": \"")
                        .getBytes(StandardCharsets.US_ASCII));
        assertFails(verify(files), Claim.ENCODING);
    }

    @Test
    void aPermitByAnotherServiceFails() {
        assertFails(
                verify(bundle(approved().saidBy(SampleStep.PERMIT, "approval-service"))
                        .files()),
                Claim.ROLE);
    }

    @Test
    void aResultByAServiceFails() {
        assertFails(
                verify(bundle(approved().saidBy(SampleStep.EXECUTED, "executor-service"))
                        .files()),
                Claim.ROLE);
    }

    @Test
    void aStatementForAnotherFleetFails() {
        SampleCall call = approved()
                .editPredicate(
                        SampleStep.PERMIT,
                        p -> issued(p).put("fleet_id", foreign.trust().fleetId()));
        assertFails(verify(bundle(call).files()), Claim.FLEET);
    }

    @Test
    void aBundleOfAnotherFleetFails() {
        SampleBundle theirs = new SampleBundle(foreign, foreign.call(Outcome.ALLOW));
        Report report = verify(theirs.files());
        assertFails(report, Claim.FLEET);
        assertFails(report, Claim.CHECKPOINT);
        assertFails(report, Claim.SIGNER);
    }

    @Test
    void aStatementIssuedAfterItsCertificateHadExpiredFails() {
        SampleCall call = approved();
        call.editPredicate(SampleStep.PERMIT, p -> issued(p).put("at", later(call, Duration.ofDays(31))));
        assertFails(verify(bundle(call).files()), Claim.VALIDITY);
    }

    @Test
    void aSignerOfAForeignAuthorityFails() {
        SampleBundle sample = bundle(approved());
        Map<String, byte[]> files = sample.files();
        Map<String, byte[]> theirs = new SampleBundle(foreign, foreign.call(Outcome.APPROVAL_REQUIRED)).files();
        String name = "statements/" + sample.index("permit") + ".pem";
        files.put(name, of(theirs, name));
        assertFails(verify(files), Claim.SIGNER);
    }

    @Test
    void aStatementWithAFieldOfTheWrongFormFails() {
        SampleCall call = approved().editPredicate(SampleStep.PERMIT, p -> p.put("tier", "Z"));
        assertFails(verify(bundle(call).files()), Claim.FORM);
    }

    @Test
    void aSubjectThatIsNotTheProposalsDigestFails() {
        SampleCall call = approved()
                .edit(SampleStep.PROPOSED, s -> ((ObjectNode) s.at("/subject/0/digest")).put("sha256", "0".repeat(64)));
        assertFails(verify(bundle(call).files()), Claim.SUBJECT);
    }

    @Test
    void aManifestThatLiesAboutAStatementFails() {
        SampleBundle sample = bundle(approved());
        Map<String, byte[]> files = sample.files();
        editStatement(files, sample.index("permit"), listed -> listed.put("digest", "0".repeat(64)));
        assertFails(verify(files), Claim.LISTING);
    }

    @Test
    void aStatementHiddenAsNotOfTheCallFails() {
        SampleBundle sample = bundle(approved());
        Map<String, byte[]> files = sample.files();
        editStatement(files, sample.index("permit"), listed -> listed.put("call", false));
        assertFails(verify(files), Claim.LISTING);
    }

    // What belongs together

    @Test
    void aMissingLinkFails() {
        Map<String, SignedStatement> statements = approved().statements();
        statements.remove("resolved");
        assertFails(verify(bundle(approved()).files(statements)), Claim.LINKS);
    }

    @Test
    void aStatementAboutAnotherSubjectFails() {
        SampleCall call = approved()
                .edit(SampleStep.STARTED, s -> ((ObjectNode) s.at("/subject/0/digest")).put("sha256", "0".repeat(64)));
        assertFails(verify(bundle(call).files()), Claim.LINKS);
    }

    @Test
    void anAlteredDetailFails() {
        SampleCall call = approved();
        Map<String, byte[]> files = bundle(call).files();
        of(files, "details/" + call.terms().output.digest())[35] ^= 1;
        assertFails(verify(files), Claim.DETAILS);
    }

    @Test
    void aDetailThatNobodyMeansFails() {
        Map<String, byte[]> files = bundle(approved()).files();
        Detail stranger = Detail.of("something else".getBytes(StandardCharsets.UTF_8));
        files.put("details/" + stranger.digest(), stranger.bytes());
        editManifest(
                files,
                manifest -> ((ArrayNode) manifest.get("details"))
                        .add(stranger.digest().hex()));
        assertFails(verify(files), Claim.DETAILS);
    }

    @Test
    void aKeyThatTheLogNeverBoundFails() {
        SampleCall call = approved()
                .saidBy(SampleStep.EXECUTED, "node-default-node-2")
                .editPredicate(
                        SampleStep.STARTED,
                        p -> ((ObjectNode) p.get("started"))
                                .put("node", fleet.id("node-default-node-2").toString()));
        assertFails(verify(bundle(call).files()), Claim.KEY_BINDING);
    }

    // The story

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
    void everyClaimHasASentence() {
        assertThat(Claim.values())
                .allSatisfy(claim -> assertThat(claim.meaning()).isNotBlank());
    }

    private static <T> T of(Map<String, T> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }

    private static SampleCall approved() {
        return fleet.call(Outcome.APPROVAL_REQUIRED);
    }

    private static SampleCall approvedBy(String principal, String role) {
        return approved().editPredicate(SampleStep.RESOLVED, p -> {
            ObjectNode answer = (ObjectNode) p.at("/answers/0");
            answer.put("principal", principal);
            answer.putArray("roles").add(role);
        });
    }

    private static SampleBundle bundle(SampleCall call) {
        return new SampleBundle(fleet, call);
    }

    private static Report verify(Map<String, byte[]> files) {
        try {
            return new CaseVerifier(Trust.pinned(fleet.trust(), List.of()))
                    .verify(Bundle.read(SampleBundle.zip(files)));
        } catch (EvidenceRefusedException e) {
            throw new AssertionError("it is a bundle", e);
        }
    }

    private static void assertFails(Report report, Claim claim) {
        assertThat(report.summary().get(claim))
                .as("%s of %s", claim, report.verdicts())
                .isEqualTo(Status.FAILS);
        assertThat(report.proven()).isFalse();
    }

    private static ObjectNode issued(ObjectNode predicate) {
        return (ObjectNode) predicate.get("issued");
    }

    private static String later(SampleCall call, Duration duration) {
        String text = call.terms().now.plus(duration).toString();
        return text.length() == 20 ? text.replace("Z", ".000Z") : text;
    }

    private static void editManifest(Map<String, byte[]> files, Consumer<ObjectNode> edit) {
        ObjectNode manifest = (ObjectNode) Json.read(of(files, "bundle.json"));
        edit.accept(manifest);
        files.put("bundle.json", manifest.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void editStatement(Map<String, byte[]> files, int index, Consumer<ObjectNode> edit) {
        editManifest(
                files,
                manifest -> edit.accept((ObjectNode) manifest.get("statements").get(index)));
    }

    private static void removeText(ArrayNode array, String text) {
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i).asString().equals(text)) {
                array.remove(i);
                return;
            }
        }
        throw new AssertionError(text + " is not listed");
    }
}
