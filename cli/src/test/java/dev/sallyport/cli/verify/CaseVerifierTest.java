package dev.sallyport.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.verify.bundle.Bundle;
import dev.sallyport.cli.verify.bundle.EvidenceRefusedException;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.cli.verify.report.Verdict.Status;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.tlog.NoteSigner;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;

/** What is genuine is proven, whatever part of the log or of the archive somebody changed fails. */
class CaseVerifierTest extends CaseVerification {
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

    @Test
    void everyClaimHasASentence() {
        assertThat(Claim.values())
                .allSatisfy(claim -> assertThat(claim.meaning()).isNotBlank());
    }
}
