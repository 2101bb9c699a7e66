package dev.sallyport.executor.permit;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.ToolProposed;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What this node runs only where one of these people has signed the approval with
 * their own key. No service of the fleet can sign in their place, not even all of them together.
 *
 * @param capabilities calls that need any of these capabilities, such as {@code process_exec}; none unless told
 * @param keys the keys that may sign: SHA-256 of their SubjectPublicKeyInfo, 64 hexadecimal digits each
 */
public record PinnedApprovers(Set<String> capabilities, Set<String> keys) {
    /** Nothing is pinned. */
    public static final PinnedApprovers NONE = new PinnedApprovers(Set.of(), Set.of());

    /** {@link IllegalArgumentException} for what is no key, and for capabilities for which nobody could sign. */
    public PinnedApprovers {
        capabilities = Set.copyOf(capabilities);
        keys = Set.copyOf(keys);
        for (String key : keys) {
            try {
                new Digest(key);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("sallyport.node.approvers.keys: " + e.getMessage() + ": " + key, e);
            }
        }
        if (capabilities.isEmpty() != keys.isEmpty()) {
            throw new IllegalArgumentException("sallyport.node.approvers takes both capabilities and keys, or neither");
        }
    }

    /**
     * Refuses a call that one of these people had to approve and did not. That signatures verify was found out with the
     * record; whose a key is does not matter here, since it is pinned.
     *
     * @throws StatementRefusedException when no answer is signed with a pinned key
     */
    public void require(PermittedCall call) throws StatementRefusedException {
        Set<String> needed = new HashSet<>(call.record()
                .linked(ToolProposed.class)
                .map(ToolProposed::capabilities)
                .orElse(List.of()));
        needed.retainAll(capabilities);
        if (needed.isEmpty()) {
            return;
        }
        // The answer to this call, or the one that gave the grant by which it was answered: that one reaches it.
        boolean signed = call.record().evidence(ApprovalResolved.class).stream()
                .map(statement -> (ApprovalResolved) statement.statement().predicate())
                .flatMap(resolved -> resolved.answers().stream())
                .anyMatch(this::isBySomebodyPinned);
        if (!signed) {
            throw new StatementRefusedException(
                    Refusal.SCHEMA,
                    "this node runs " + needed + " only where a person whose key is pinned here has signed");
        }
    }

    private boolean isBySomebodyPinned(ApproverAnswer answer) {
        AnswerSignature signature = answer.signature();
        return answer.answer() == Answer.APPROVED
                && signature != null
                && keys.contains(signature.key().hex());
    }
}
