package dev.sallyport.executor.control;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.claim.NodeOffer;
import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.claim.StopReason;
import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
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
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    private final ExecutionTable table;
    private final FreezeLock freezes;
    private final StatementOutbox outbox;
    private final StatementVerifier verifier;
    private final LeaseTerms terms;
    private final ClaimSignal bell;

    Executions(
            ExecutionTable table,
            FreezeLock freezes,
            StatementOutbox outbox,
            StatementVerifier verifier,
            LeaseTerms terms,
            ClaimSignal bell) {
        this.table = table;
        this.freezes = freezes;
        this.outbox = outbox;
        this.verifier = verifier;
        this.terms = terms;
        this.bell = bell;
    }

    /** Stores a permit; without effect on a call that has been claimed, stopped, or permitted by a later cut. */
    @Transactional
    public void permit(VerifiedRecord record) throws StatementRefusedException {
        PermittedCall call = PermittedCall.of(record);
        table.permit(call, record.record().encode());
        bell.ringAfterCommit();
    }

    /** Gives the oldest call that the node may have to it, and states that it has started. */
    @Transactional
    public Optional<Claim> claim(SpiffeId node, NodeOffer offer) {
        if (offer.demands().isEmpty()) {
            return Optional.empty();
        }
        freezes.shareForClaim();
        Optional<ExecutionTable.Claimable> claimable = table.lockClaimable(node, offer);
        if (claimable.isEmpty()) {
            return Optional.empty();
        }
        try (Traces.Scope _ = Traces.proposal(claimable.get().proposalId())) {
            byte[] permit = claimable.get().permitRecord();
            PermittedCall call = PermittedCall.of(verifier.verify(StatementType.EXECUTION_PERMIT, permit));
            if (!table.isHome(call.proposal(), node)) {
                // Another node won the session's first call a moment ago; this one waits for it.
                return Optional.empty();
            }
            return Optional.of(start(claimable.get(), call, node));
        } catch (StatementRefusedException e) {
            log.warn(
                    "the permit of {} is not valid any more: {}",
                    claimable.get().proposalId(),
                    e.getMessage());
            table.stop(claimable.get().proposalId(), StopReason.PERMIT_NOT_VALID);
            return Optional.empty();
        }
    }

    private Claim start(ExecutionTable.Claimable claimable, PermittedCall call, SpiffeId node) {
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
                proposalId, new ExecutionTable.Start(node, fence, claimedAt, record, signed.digest()), terms.lease());
        Base64.Encoder base64 = Base64.getEncoder();
        return new Claim(
                base64.encodeToString(claimable.permitRecord()),
                base64.encodeToString(record),
                fence,
                terms.lease().toMillis(),
                List.of());
    }

    /** Renews a lease. */
    @Transactional
    public Renewed renew(String proposalId, SpiffeId node, long fence) {
        return table.renew(proposalId, node, fence, terms.lease());
    }

    /**
     * Takes a node's result: publishes the node's own record unaltered if the lease still holds, else only notes that
     * it came late.
     *
     * @return whether it took effect, now or before
     * @throws ResultRefusedException if it is not that node's signed result of that call
     */
    @Transactional
    public boolean finish(String proposalId, SpiffeId node, long fence, byte[] bytes) {
        ExecutionTable.Taken call = table.takenBy(node, proposalId).orElseThrow(LeaseLostException::new);
        VerifiedRecord record = result(bytes, node);
        ToolExecuted executed = record.predicate(ToolExecuted.class);
        if (!links(executed).equals(List.of(call.permit(), call.started()))) {
            throw new ResultRefusedException("the result is of another permit or start");
        }
        if (table.finish(proposalId, fence, executed.outcome(), record.digest())) {
            outbox.forward(record.record());
            return true;
        }
        if (record.digest().equals(call.result())) {
            return true;
        }
        late(record, node);
        return false;
    }

    private void late(VerifiedRecord record, SpiffeId node) {
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
