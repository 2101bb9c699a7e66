package dev.sallyport.cli.approvals;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.DeviceSignature;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Signs an answer with this device's key. What is signed comes from the request that policy-service signed, verified here
 * with the pinned roots: approval-service cannot show one call and have another one signed.
 */
final class DeviceAnswer {
    private final WorkloadIdentity device;

    DeviceAnswer(WorkloadIdentity device) {
        this.device = device;
    }

    /**
     * The signature, as a member of the answer.
     *
     * @param approval the record as it was shown; its prompt has the digest that it names
     * @param signedRequest what the service says policy-service signed
     * @throws CommandFailure.Usage when that is another request, or none that policy-service signed
     */
    ObjectNode approving(JsonNode approval, JsonNode signedRequest) {
        VerifiedRecord verified = verified(signedRequest);
        ApprovalRequested asked = (ApprovalRequested) verified.statement().predicate();
        if (!asked.approvalId().equals(Json.text(approval, "approval_id"))
                || !asked.prompt().digest().hex().equals(Json.text(approval, "prompt_digest"))) {
            throw new CommandFailure.Usage(
                    "what the service shows is not what policy-service asked: it is not signed, and nothing was sent");
        }
        SignedAnswer answer = new SignedAnswer(
                asked.approvalId(),
                verified.statement().subject().digest(),
                asked.prompt().digest(),
                "approved",
                ApprovalScope.ONCE,
                null);
        return json(sign(answer));
    }

    private VerifiedRecord verified(JsonNode signedRequest) {
        try {
            StatementRecord record =
                    StatementRecord.parse(Base64.getDecoder().decode(Json.text(signedRequest, "record")));
            // Without a denylist: a key that was stolen and revoked since is found by policy-service, which reads the
            // answer.
            VerifiedRecord verified = new StatementVerifier(device.trust(), Revocations.NONE).verify(record);
            if (verified.statement().type() == StatementType.APPROVAL_REQUESTED) {
                return verified;
            }
            throw new CommandFailure.Usage("the service shows another statement than a request: it is not signed");
        } catch (StatementRefusedException | IllegalArgumentException e) {
            throw new CommandFailure.Usage(
                    "the request is not signed by policy-service: " + e.getMessage() + ". It is not answered", e);
        }
    }

    private AnswerSignature sign(SignedAnswer answer) {
        try {
            List<String> chain = new ArrayList<>();
            for (X509Certificate certificate : device.tls().chain()) {
                chain.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
            return DeviceSignature.sign(
                    answer, device.tls().key(), device.tls().leaf().getPublicKey(), chain, null);
        } catch (GeneralSecurityException e) {
            throw new CommandFailure.Usage("this device's key cannot sign: " + e.getMessage(), e);
        }
    }

    private static ObjectNode json(AnswerSignature signature) {
        ObjectNode json = StatementJson.tree(signature);
        json.remove("key");
        return json;
    }
}
