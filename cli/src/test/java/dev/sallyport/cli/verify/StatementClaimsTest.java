package dev.sallyport.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Each statement by itself: signer, form, subject, links and details. */
class StatementClaimsTest extends CaseVerification {
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
    void aStatementThatOnlyBearsTheCallsNameFails() {
        SampleCall call = approved();
        Audit audit = Audit.of(
                call.by("policy-service"), AuditEvent.CONFIG_CHANGED, "person:somebody", List.of(), Map.of());
        Map<String, SignedStatement> statements = call.statements();
        statements.put(
                "planted",
                fleet.sign(
                        "policy-service",
                        Statement.of(Subject.named(call.subject().name()), audit)
                                .payload()));
        assertFails(verify(bundle(call).files(statements)), Claim.SUBJECT);

        statements.put(
                "planted",
                fleet.sign(
                        "policy-service", Statement.of(call.subject(), audit).payload()));
        assertThat(verify(bundle(call).files(statements)).proven())
                .as("the same about the call itself")
                .isTrue();
    }

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
}
