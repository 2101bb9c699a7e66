package dev.sallyport.executor.permit;

import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A permit that is no wider than what was proposed, decided and answered. Signatures, roles, fleet, links and subjects
 * have been verified with the record; here is what the statements must say together.
 *
 * @param record the permit with its evidence and details
 */
public record PermittedCall(VerifiedRecord record, ExecutionPermit permit, Proposal proposal) {
    /** Capabilities of skills whose host functions work in or beside the session's workspace. */
    private static final Set<String> WORKSPACE = Set.of(
            CapabilityKind.FILES_READ.wire(), CapabilityKind.FILES_WRITE.wire(), CapabilityKind.KEY_VALUE.wire());

    /**
     * Checks a verified permit.
     *
     * @throws StatementRefusedException if it permits something that was not proposed, not allowed, or not approved
     */
    public static PermittedCall of(VerifiedRecord record) throws StatementRefusedException {
        if (!(record.statement().predicate() instanceof ExecutionPermit permit)) {
            throw new StatementRefusedException(Refusal.WRONG_TYPE, "this is no permit");
        }
        ToolProposed proposed = record.linked(ToolProposed.class)
                .orElseThrow(
                        () -> new StatementRefusedException(Refusal.BROKEN_LINK, "the permit links to no proposal"));
        Proposal proposal = proposed.proposal();
        require(permit.argsDigest().equals(proposal.argsDigest()), "arguments are not the proposed ones");
        require(
                permit.tool().equals(proposal.tool())
                        && permit.toolVersion().equals(proposal.toolVersion())
                        && permit.toolDigest().equals(proposal.toolDigest()),
                "the tool is not the proposed one");
        require(
                Objects.equals(permit.issued().workspaceId(), proposal.workspaceId()),
                "the workspace is not the proposal's");
        require(
                new HashSet<>(proposal.secrets())
                        .containsAll(permit.secrets().stream()
                                .map(SecretGrant::reference)
                                .toList()),
                "it permits a secret that was not asked for");
        require(
                new HashSet<>(proposal.egressHosts())
                        .containsAll(permit.egress().hosts()),
                "it permits a host that was not asked for");
        require(
                permit.runtime().executable() == null || permit.runtime().kind() == RuntimeKind.PROCESS,
                "it names a program for a tool that is none");
        require(
                !permit.runtime().confined() || permit.runtime().kind() == RuntimeKind.PROCESS,
                "it confines what is no program");
        require(
                (permit.runtime().program() != null) == (permit.runtime().kind() == RuntimeKind.PROCESS),
                "exactly a permit for a process says what its program may be given");
        requireSkill(permit, proposal);
        require(permit.cut() >= 1 && !permit.notAfter().isAfter(permit.startBy()), "its times contradict one another");
        boolean approved = record.linked(ApprovalResolved.class)
                .map(resolved -> resolved.answer() == ApprovalResolved.Answer.APPROVED)
                .orElse(false);
        switch (proposed.decision().outcome()) {
            case ALLOW -> {}
            case APPROVAL_REQUIRED -> require(approved, "the call needs an approval that it does not have");
            case DENY -> require(false, "the call was denied");
        }
        return new PermittedCall(record, permit, proposal);
    }

    private static void requireSkill(ExecutionPermit permit, Proposal proposal) throws StatementRefusedException {
        PermittedSkill skill = permit.runtime().skill();
        require(
                (skill != null) == (permit.runtime().kind() == RuntimeKind.WASM),
                "exactly a permit for WebAssembly names a skill");
        require(
                Objects.equals(skill == null ? null : skill.id(), proposal.skill()),
                "the skill is not the proposed one");
    }

    /** Whether the call can see its session's workspace; of the node's own tools only those about files can. */
    public boolean usesWorkspace() {
        return switch (permit.runtime().kind()) {
            case PROCESS -> true;
            case BUILTIN -> permit.tool().startsWith("fs.");
            case WASM -> skillUsesWorkspace(permit.runtime().skill());
        };
    }

    /** What a skill keeps lies beside the workspace of its session. */
    private static boolean skillUsesWorkspace(@Nullable PermittedSkill skill) {
        return skill != null && skill.capabilities().stream().anyMatch(WORKSPACE::contains);
    }

    /** The permit's identity. */
    public Digest digest() {
        return record.digest();
    }

    private static void require(boolean holds, String otherwise) throws StatementRefusedException {
        if (!holds) {
            throw new StatementRefusedException(Refusal.SCHEMA, "the permit is not valid: " + otherwise);
        }
    }
}
