package dev.sallyport.policy.proposal;

import dev.sallyport.policy.permit.SandboxTerms;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tool call, from its proposal to its one end. Its large parts (arguments, explanation, result) are not here: most
 * steps and all lists do without them.
 *
 * @param proposal what was proposed; it never changes
 * @param decision what was decided at the proposal, without the reference to its explanation
 * @param statement the statement that says both
 * @param progress how far it has come
 */
public record Call(Proposal proposal, Decision decision, Digest statement, Progress progress) {
    /** The proposal's ULID. */
    public String id() {
        return proposal.proposalId();
    }

    /** The rules that humans have lifted: all that asked, once there is an approval. */
    public List<RuleRef> lifted() {
        return progress.approval() == null ? List.of() : decision.rules();
    }

    /** What people were shown that would hold the call; null where nobody was asked. */
    public @Nullable SandboxTerms shownSandbox() {
        ApprovalQuestion question = progress.question();
        return question == null ? null : question.sandbox();
    }

    Call with(Progress next) {
        return new Call(proposal, decision, statement, next);
    }
}
