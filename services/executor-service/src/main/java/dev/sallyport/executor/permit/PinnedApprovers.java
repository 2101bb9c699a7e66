package dev.sallyport.executor.permit;

import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this node runs only where one of these people has signed the approval with
 * their own key. No service of the fleet can sign in their place, not even all of them together. What a call needs is
 * what policy-service says of the tool, and beside it what the permit itself lets the call do: a word that is left out
 * there opens nothing.
 *
 * @param capabilities calls that need any of these capabilities, among {@code process_exec}, {@code network},
 *     {@code secrets_read} and {@code filesystem_write}; none unless told
 * @param keys the keys that may sign: SHA-256 of their SubjectPublicKeyInfo, 64 hexadecimal digits each
 */
public record PinnedApprovers(Set<String> capabilities, Set<String> keys) {
    private static final String PROCESS_EXEC = "process_exec";
    private static final String NETWORK = "network";
    private static final String SECRETS_READ = "secrets_read";
    private static final String FILESYSTEM_WRITE = "filesystem_write";

    /** What a tool can be said to need. */
    private static final Set<String> KNOWN = Set.of(PROCESS_EXEC, NETWORK, SECRETS_READ, FILESYSTEM_WRITE);

    /** Nothing is pinned. */
    public static final PinnedApprovers NONE = new PinnedApprovers(Set.of(), Set.of());

    /**
     * {@link IllegalArgumentException} for what is no key, for a capability that no call has, and for capabilities for
     * which nobody could sign.
     */
    public PinnedApprovers {
        capabilities = Set.copyOf(capabilities);
        keys = Set.copyOf(keys);
        for (String capability : capabilities) {
            if (!KNOWN.contains(capability)) {
                throw new IllegalArgumentException("sallyport.node.approvers.capabilities: there is no capability "
                        + capability + ", only " + String.join(", ", new TreeSet<>(KNOWN)));
            }
        }
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
        needed.addAll(shownBy(call.permit()));
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

    /** What a call can do by its permit, whatever is said about its tool. */
    private static Set<String> shownBy(ExecutionPermit permit) {
        Set<String> shown = new HashSet<>();
        if (permit.runtime().kind() == RuntimeKind.PROCESS) {
            shown.add(PROCESS_EXEC);
        }
        if (!permit.egress().hosts().isEmpty()) {
            shown.add(NETWORK);
        }
        if (!permit.secrets().isEmpty()) {
            shown.add(SECRETS_READ);
        }
        if (writesFiles(permit)) {
            shown.add(FILESYSTEM_WRITE);
        }
        return shown;
    }

    private static boolean writesFiles(ExecutionPermit permit) {
        return switch (permit.runtime().kind()) {
            case PROCESS -> !permit.runtime().confined();
            case BUILTIN -> permit.tool().equals("fs.write");
            case WASM -> {
                PermittedSkill skill = permit.runtime().skill();
                yield skill != null && skill.capabilities().contains(CapabilityKind.FILES_WRITE.wire());
            }
        };
    }

    private boolean isBySomebodyPinned(ApproverAnswer answer) {
        AnswerSignature signature = answer.signature();
        return answer.answer() == Answer.APPROVED
                && signature != null
                && keys.contains(signature.key().hex());
    }
}
