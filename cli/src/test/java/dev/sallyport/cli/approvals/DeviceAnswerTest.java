package dev.sallyport.cli.approvals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.DeviceSignature;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The command signs what policy-service signed, and nothing that approval-service alone says. */
class DeviceAnswerTest {
    @TempDir
    private Path home;

    private SampleFleet fleet;
    private WorkloadIdentity device;
    private SampleCall call;

    @SuppressWarnings("NullAway.Init")
    DeviceAnswerTest() {}

    @BeforeEach
    void aQuestion() {
        fleet = new SampleFleet(home.resolve("fleet"));
        device = fleet.load("owner");
        call = fleet.call(Outcome.APPROVAL_REQUIRED);
    }

    private JsonNode shown(Digest prompt) {
        return Json.mapper()
                .createObjectNode()
                .put("approval_id", call.terms().approvalId)
                .put("prompt_digest", prompt.hex());
    }

    private static JsonNode request(SampleCall of, SampleStep step) {
        return Json.mapper()
                .createObjectNode()
                .put(
                        "record",
                        Base64.getEncoder().encodeToString(of.record(step).encode()));
    }

    @Test
    void whatPolicyServiceAskedIsSignedWithTheDevicesKey() {
        ObjectNode signed = new DeviceAnswer(device)
                .approving(shown(call.terms().prompt.digest()), request(call, SampleStep.REQUESTED));
        signed.put(
                "key",
                Digest.of(device.tls().leaf().getPublicKey().getEncoded()).hex());
        AnswerSignature signature = StatementJson.STRICT.treeToValue(signed, AnswerSignature.class);
        SignedAnswer answer = new SignedAnswer(
                call.terms().approvalId,
                call.subject().digest(),
                call.terms().prompt.digest(),
                "approved",
                ApprovalScope.ONCE,
                null);
        assertThat(DeviceSignature.verifies(
                        signature, answer, device.tls().leaf().getPublicKey()))
                .isTrue();
    }

    @Test
    void anotherPromptThanTheOneThatWasAskedAboutIsNotSigned() {
        refused("not what policy-service asked", shown(SampleTerms.SOME), request(call, SampleStep.REQUESTED));
    }

    @Test
    void whatPolicyServiceDidNotSignIsNotSigned() {
        SampleCall forged = fleet.call(Outcome.APPROVAL_REQUIRED).saidBy(SampleStep.REQUESTED, "approval-service");
        refused(
                "not signed by policy-service",
                shown(forged.terms().prompt.digest()),
                request(forged, SampleStep.REQUESTED));
        refused("another statement", shown(call.terms().prompt.digest()), request(call, SampleStep.PROPOSED));
        refused(
                "not signed by policy-service",
                shown(call.terms().prompt.digest()),
                Json.mapper().createObjectNode().put("record", "!"));
    }

    private void refused(String why, JsonNode shown, JsonNode request) {
        assertThatThrownBy(() -> new DeviceAnswer(device).approving(shown, request))
                .isInstanceOf(CommandFailure.Usage.class)
                .hasMessageContaining(why);
    }
}
