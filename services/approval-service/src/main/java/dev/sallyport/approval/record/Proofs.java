package dev.sallyport.approval.record;

import dev.sallyport.approval.grant.GrantTerms;
import dev.sallyport.approval.key.AnswerSignatures;
import dev.sallyport.approval.key.FreshSignIns;
import dev.sallyport.approval.key.SignatureRefusedException;
import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.ApprovalRefused.Code;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.answer.Proof;
import dev.sallyport.approval.record.answer.SubmittedAnswer;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.SignedAnswer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What approvers show beside who they are: that they sign an answer themselves, or have signed in a moment ago. */
@Component
public class Proofs {
    private final ApprovalRecords records;
    private final SignedRequests requests;
    private final AnswerSignatures signatures;
    private final FreshSignIns signIns;

    Proofs(ApprovalRecords records, SignedRequests requests, AnswerSignatures signatures, FreshSignIns signIns) {
        this.records = records;
        this.requests = requests;
        this.signatures = signatures;
        this.signIns = signIns;
    }

    /** What this person could show with an answer now, without a signature. */
    public Proof of(Approver approver) {
        boolean session = approver.credential().authenticator() == Credential.Authenticator.SESSION;
        return new Proof(
                null,
                signatures.mustSign(approver.workspaceId(), approver.principal()),
                session && signIns.isFresh(approver.credential().authenticatorId()),
                session && signIns.isByProvider(approver.credential().authenticatorId()));
    }

    /** Whether this person has a passkey that signs now. */
    public boolean hasPasskey(Approver approver) {
        return signatures.canSign(approver.workspaceId(), approver.principal());
    }

    /**
     * What the person has shown with this answer.
     *
     * @throws ApprovalRefused when they signed something else, or with a key that is not theirs
     */
    Proof of(ApprovalRecord record, SignedRequest request, Approver approver, SubmittedAnswer answer) {
        Proof without = of(approver);
        if (answer.signature() == null) {
            return without;
        }
        try {
            AnswerSignatures.Verified verified = signatures.verify(
                    approver.workspaceId(),
                    approver.principal(),
                    device(approver.credential()),
                    signed(record, request, answer),
                    answer.signature());
            return new Proof(verified.signature(), without.mustSign(), without.fresh(), without.byProvider());
        } catch (SignatureRefusedException e) {
            throw new ApprovalRefused(Code.SIGNATURE_INVALID, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String device(Credential credential) {
        return credential.authenticator() == Credential.Authenticator.DEVICE_CERTIFICATE
                ? credential.authenticatorId()
                : null;
    }

    /**
     * What the person's browser is to sign for this answer (WebAuthn's PublicKeyCredentialRequestOptionsJSON).
     *
     * @throws ApprovalRefused when there is no such request
     */
    @Transactional(readOnly = true)
    public Map<String, Object> options(String approvalId, Approver approver, SubmittedAnswer answer) {
        ApprovalKey key = new ApprovalKey(approver.workspaceId(), approvalId);
        ApprovalRecord record = records.findByKey(key).orElseThrow(() -> new ApprovalRefused(Code.APPROVAL_NOT_FOUND));
        SignedRequest request = requests.findByKey(key).orElseThrow();
        return signatures.options(approver.workspaceId(), approver.principal(), signed(record, request, answer));
    }

    private static SignedAnswer signed(ApprovalRecord record, SignedRequest request, SubmittedAnswer answer) {
        GrantTerms further = answer.further();
        return new SignedAnswer(
                record.key().id(),
                ResolutionStatements.subject(request.record()).digest(),
                answer.promptDigest(),
                answer.verdict().wire(),
                answer.scope(),
                further == null
                        ? null
                        : new SignedAnswer.Further(
                                further.lasts(),
                                further.uses(),
                                further.pattern().exact()
                                        ? null
                                        : Digest.of(further.pattern().written())));
    }
}
