package dev.sallyport.policy.proposal;

import dev.sallyport.policy.permit.SandboxTerms;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.ApproverRole;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What humans were asked about a call, as far as their answer is held against it.
 *
 * @param approvalId ULID of the question
 * @param expiresAt when no answer becomes no
 * @param approverRole the least role that may answer
 * @param quorum how many different people must approve
 * @param fourEyes whether those accountable for the call may not answer
 * @param promptDigest SHA-256 of the prompt's detail, random bytes included
 * @param statement the statement that asks
 * @param approverGroups the groups that whoever approves must be in; empty when the role is enough
 * @param sandbox what would hold the call, as the prompt shows it; null of a question from before this was kept
 */
public record ApprovalQuestion(
        String approvalId,
        Instant expiresAt,
        ApproverRole approverRole,
        int quorum,
        boolean fourEyes,
        Digest promptDigest,
        Digest statement,
        List<String> approverGroups,
        @Nullable SandboxTerms sandbox) {
    /** Copies the groups. */
    public ApprovalQuestion {
        approverGroups = List.copyOf(approverGroups);
    }
}
