package dev.sallyport.executor.control;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.ClaimRequest;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.claim.StopReason;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The life of a permitted call at control. Each step is one transaction on the call's one row, together with the
 * statement that makes it known.
 */
@Service
public class Executions {
    private static final Logger log = LoggerFactory.getLogger(Executions.class);

    /** Outcomes that a node may testify; the others are said by those who decide them. */
    private static final Set<CallOutcome> OF_NODES = EnumSet.of(
            CallOutcome.SUCCEEDED,
            CallOutcome.FAILED,
            CallOutcome.REFUSED,
            CallOutcome.CANCELLED,
            CallOutcome.TIMED_OUT,
            CallOutcome.QUOTA_EXCEEDED,
            CallOutcome.SANDBOX_VIOLATION);

    /** Further calls come with the node's next request. */
    private static final int ENOUGH_BYTES = 1 << 20;

    private final ExecutionTable table;
    private final FreezeLock freezes;
    private final StatementOutbox outbox;
    private final StatementVerifier verifier;
    private final LeaseTerms terms;
    private final ClaimSignal bell;
    private final RunnableSkills skills;

    Executions(
            ExecutionTable table,
            FreezeLock freezes,
            StatementOutbox outbox,
            StatementVerifier verifier,
            LeaseTerms terms,
            ClaimSignal bell,
            RunnableSkills skills) {
        this.table = table;
        this.freezes = freezes;
        this.outbox = outbox;
        this.verifier = verifier;
        this.terms = terms;
        this.bell = bell;
        this.skills = skills;
    }

    /** Stores a permit; without effect on a call that has been claimed, stopped, or permitted by a later cut. */
    @Transactional
    public void permit(VerifiedRecord record) throws StatementRefusedException {
        PermittedCall call = PermittedCall.of(record);
        table.permit(call, record.record().encode());
        bell.ringAfterCommit();
    }

    /**
     * Gives the node the calls that it is to have next, and states that they have started. Where one of its claims was
     * lost on its way, it gets that one again, alone.
     */
    @Transactional
    public List<Claim> claim(SpiffeId node, ClaimRequest request) {
        NodeOffer offer = request.offer();
        int capacity = Math.min(request.capacity(), terms.nodeCapacity());
        if (offer.demands().isEmpty() || capacity == 0) {
            return List.of();
        }
        freezes.shareForClaim();
        table.lockNode(node);
        ClaimRequest.Held held = request.held();
        if (held != null) {
            Optional<Claim> unheard = table.unheard(node, held).map(Executions::again);
            if (unheard.isPresent()) {
                return List.of(unheard.get());
            }
        }
        List<Claim> claims = new ArrayList<>();
        int bytes = 0;
        while (claims.size() < request.most() && bytes < ENOUGH_BYTES) {
            Optional<Claim> next = next(node, request, capacity);
            if (next.isEmpty()) {
                break;
            }
            claims.add(next.get());
            bytes += next.get().permitRecord().length()
                    + next.get().startedRecord().length();
        }
        return claims;
    }

    /** The very claim that was lost on its way, with what is left of its lease. */
    private static Claim again(ExecutionTable.Unheard claim) {
        Base64.Encoder base64 = Base64.getEncoder();
        return new Claim(
                base64.encodeToString(claim.permitRecord()),
                base64.encodeToString(claim.startedRecord()),
                claim.fence(),
                claim.lease().toMillis(),
                claim.workspaceLost());
    }

    private Optional<Claim> next(SpiffeId node, ClaimRequest request, int capacity) {
        Optional<ExecutionTable.Claimable> claimable =
                table.lockClaimable(node, request.offer(), capacity, request.toolLimits(), terms.homeAbsence());
        if (claimable.isEmpty()) {
            return Optional.empty();
        }
        try (Traces.Scope _ = Traces.proposal(claimable.get().proposalId())) {
            byte[] permit = claimable.get().permitRecord();
            PermittedCall call = PermittedCall.of(verifier.verify(StatementType.EXECUTION_PERMIT, permit));
            if (!skills.mayStart(call)) {
                stopUnclaimable(claimable.get(), StopReason.SKILL_NOT_ENABLED);
                return Optional.empty();
            }
            if (claimable.get().workspaceLost()) {
                table.dropHome(call.proposal(), node);
            } else if (call.usesWorkspace() && !table.isHome(call.proposal(), node)) {
                // Another node won the session's first call a moment ago; this one waits for it.
                return Optional.empty();
            }
            ClaimRequest.Held held = request.held();
            return Optional.of(start(claimable.get(), call, node, held == null ? null : held.journal()));
        } catch (StatementRefusedException e) {
            log.warn(
                    "the permit of {} is not valid any more: {}",
                    claimable.get().proposalId(),
                    e.getMessage());
            stopUnclaimable(claimable.get(), StopReason.PERMIT_NOT_VALID);
            return Optional.empty();
        }
    }

    /**
     * Ends a call whose permit was good when it came and is not any more: its signer's certificate was revoked, or its
     * skill is not enabled. The statement says so without the permit as evidence, since nobody might accept that any more.
     */
    private void stopUnclaimable(ExecutionTable.Claimable claimable, StopReason reason) {
        table.stop(claimable.proposalId(), reason);
        try {
            StatementRecord permit = StatementRecord.parse(claimable.permitRecord());
            Statement statement = Statement.parse(permit.signed().envelope().payload());
            outbox.publish(Statement.of(
                    statement.subject(),
                    Audit.of(
                            outbox.issuance(statement.predicate().issued().workspaceId()),
                            AuditEvent.EXECUTION_STOPPED,
                            null,
                            List.of(),
                            Map.of(
                                    "reason",
                                    reason.name(),
                                    "permit",
                                    permit.digest().toString()))));
        } catch (StatementRefusedException e) {
            log.error("the stored permit of {} cannot be read: {}", claimable.proposalId(), e.getMessage());
        }
    }

    private Claim start(
            ExecutionTable.Claimable claimable, PermittedCall call, SpiffeId node, @Nullable String journal) {
        long fence = table.nextFence();
        Instant claimedAt = claimable.claimedAt();
        Audit started = new Audit(
                outbox.issuance(call.proposal().workspaceId()),
                List.of(Link.to(StatementType.EXECUTION_PERMIT, call.digest())),
                AuditEvent.EXECUTION_STARTED,
                node.toString(),
                new Audit.Started(node.toString(), fence, claimedAt, claimedAt.plus(terms.lease())),
                null,
                List.of(),
                Map.of());
        List<SignedStatement> evidence = StatementOutbox.evidenceOf(call.record());
        SignedStatement signed =
                outbox.publish(Statement.of(call.record().statement().subject(), started), evidence, List.of());
        byte[] record = new StatementRecord(signed, evidence, List.of()).encode();
        String proposalId = claimable.proposalId();
        table.started(
                proposalId,
                new ExecutionTable.Start(
                        node,
                        fence,
                        claimedAt,
                        record,
                        signed.digest(),
                        journal,
                        claimable.workspaceLost(),
                        Duration.ofMillis(call.permit().limits().wallMs()).plus(terms.grace())),
                terms.lease());
        Base64.Encoder base64 = Base64.getEncoder();
        return new Claim(
                base64.encodeToString(claimable.permitRecord()),
                base64.encodeToString(record),
                fence,
                terms.lease().toMillis(),
                claimable.workspaceLost());
    }

    /** Renews a lease; not for longer than the call may take, nor long after its node was told to end it. */
    @Transactional
    public Renewed renew(String proposalId, SpiffeId node, long fence) {
        return table.renew(proposalId, node, fence, terms);
    }

    /**
     * Gives up the workspaces of the sessions that a node holds, and states who did; answers how many. The next call of
     * each is refused, so that it is told; those after it run elsewhere.
     */
    @Transactional
    public int evict(String pool, String name, String actor) {
        Issuance issuance = outbox.issuance(null);
        SpiffeId node = SpiffeId.executor(issuance.by().trustDomain(), pool, name);
        int sessions = table.giveUpHomes(node);
        outbox.publish(Statement.of(
                Subject.named("node:" + node),
                Audit.of(
                        issuance,
                        AuditEvent.NODE_EVICTED,
                        actor,
                        List.of(),
                        Map.of("node", node.toString(), "sessions", Integer.toString(sessions)))));
        return sessions;
    }

    /**
     * Takes a node's result and publishes the node's own record unaltered. One that comes after its lease was lost is
     * evidence of what happened and nothing more: it is published together with the statement that it was late, once.
     *
     * @return whether it took effect, now or before
     * @throws ResultRefusedException if it is not that node's signed result of a call that it had claimed
     */
    @Transactional
    public boolean finish(String proposalId, SpiffeId node, long fence, byte[] bytes) {
        ExecutionTable.Taken call = table.takenBy(node, proposalId)
                .orElseThrow(() -> new ResultRefusedException("this node has not claimed the call"));
        VerifiedRecord record = result(bytes, node);
        ToolExecuted executed = record.predicate(ToolExecuted.class);
        if (!links(executed).equals(List.of(call.permit(), call.started()))) {
            throw new ResultRefusedException("the result is of another permit or start");
        }
        if (table.finish(proposalId, fence, executed.outcome(), record.digest())) {
            outbox.forward(record.record());
            return true;
        }
        // Read again: the same result may have ended the call since, with a request that its node did not wait for.
        if (table.takenBy(node, proposalId)
                .map(ExecutionTable.Taken::result)
                .filter(record.digest()::equals)
                .isPresent()) {
            return true;
        }
        if (table.late(proposalId, record.digest())) {
            late(record, node);
        }
        return false;
    }

    private void late(VerifiedRecord record, SpiffeId node) {
        outbox.forward(record.record());
        ToolExecuted executed = record.predicate(ToolExecuted.class);
        Audit audit = Audit.of(
                outbox.issuance(executed.issued().workspaceId()),
                AuditEvent.LATE_RESULT,
                node.toString(),
                List.of(Link.to(StatementType.TOOL_EXECUTED, record.digest())),
                Map.of("outcome", executed.outcome().name(), "code", executed.code()));
        outbox.publish(
                Statement.of(record.statement().subject(), audit), StatementOutbox.evidenceOf(record), List.of());
    }

    /** Stops a call for ever, unless a node has claimed it; then the node is told to end it. */
    @Transactional
    public StopResult stop(String proposalId, String reason) {
        StopReason told = StopReason.told(reason);
        if (table.stop(proposalId, told)) {
            return StopResult.STOPPED;
        }
        table.tellToStop(proposalId, told);
        return StopResult.ALREADY_STARTED;
    }

    /** Has the nodes of all running calls of a skill's version in a workspace told to end them. */
    public void stopSkill(String workspaceId, Digest packageDigest) {
        table.tellSkillStopped(workspaceId, packageDigest);
    }

    private VerifiedRecord result(byte[] bytes, SpiffeId node) {
        try {
            VerifiedRecord record = verifier.verify(StatementType.TOOL_EXECUTED, bytes);
            ToolExecuted executed = record.predicate(ToolExecuted.class);
            if (!executed.issued().by().equals(node) || !OF_NODES.contains(executed.outcome())) {
                throw new ResultRefusedException("the result is not this node's to state");
            }
            return record;
        } catch (StatementRefusedException e) {
            throw new ResultRefusedException("the result does not verify: " + e.getMessage());
        }
    }

    private static List<Digest> links(ToolExecuted executed) {
        return executed.links().stream().map(Link::digest).toList();
    }
}
