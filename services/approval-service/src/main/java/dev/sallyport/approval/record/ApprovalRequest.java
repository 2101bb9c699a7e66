package dev.sallyport.approval.record;

import dev.sallyport.statements.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for a human answer, taken from a verified approval-requested statement.
 *
 * @param workspaceId the call's workspace
 * @param approvalId the record's id, given by policy-service
 * @param proposalId the call
 * @param requestDigest identity of the statement
 * @param requestRecord the statement with certificates and evidence, as received, without details
 * @param call what is to run and for whom
 * @param ruleIds the rules that asked
 * @param policySet digest of the active policy set
 * @param risk level and the rule that set it
 * @param obligations what an answer must fulfil
 * @param accountable who answers for the call
 * @param summary one line in plain words
 * @param prompt the prompt's detail: 32 random bytes and canonical JSON
 * @param promptDigest SHA-256 of that detail: what an approver was shown
 * @param requestedAt when it was signed
 * @param expiresAt until when an answer counts, exclusive
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copied where it is stored
public record ApprovalRequest(
        String workspaceId,
        String approvalId,
        String proposalId,
        Digest requestDigest,
        byte[] requestRecord,
        Call call,
        List<String> ruleIds,
        String policySet,
        Risk risk,
        Obligations obligations,
        List<String> accountable,
        String summary,
        byte[] prompt,
        Digest promptDigest,
        Instant requestedAt,
        Instant expiresAt) {

    /** Copies the lists. */
    public ApprovalRequest {
        ruleIds = List.copyOf(ruleIds);
        accountable = List.copyOf(accountable);
    }

    /**
     * The call that needs an answer.
     *
     * @param tool the tool's name
     * @param skill the skill it belongs to, or null
     * @param principal who asked for it
     * @param device from which device, or null
     * @param channel over which channel
     * @param sessionId the client's session
     * @param runId the client's run
     * @param capabilities what it can do
     */
    public record Call(
            String tool,
            @Nullable String skill,
            String principal,
            @Nullable String device,
            String channel,
            String sessionId,
            String runId,
            List<String> capabilities) {

        /** Copies the list. */
        public Call {
            capabilities = List.copyOf(capabilities);
        }

        /** {@code tool:<name>} or {@code tool:<name>|skill:<id>}. */
        public String subject() {
            return skill == null ? "tool:" + tool : "tool:" + tool + "|skill:" + skill;
        }
    }
}
