package dev.sallyport.policy.proposal;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApproverRole;
import java.time.Instant;

/**
 * What is asked of humans about a call.
 *
 * @param approvalId ULID of the question
 * @param expiresAt when no answer becomes no
 * @param approverRole the least role that may answer
 * @param quorum how many different people must approve
 * @param fourEyes whether those accountable for the call may not answer
 * @param promptDigest SHA-256 of the prompt's detail, random bytes included
 */
record ApprovalQuestion(
        String approvalId,
        Instant expiresAt,
        ApproverRole approverRole,
        int quorum,
        boolean fourEyes,
        Digest promptDigest) {}
