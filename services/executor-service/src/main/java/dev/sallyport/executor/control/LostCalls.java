package dev.sallyport.executor.control;

import dev.sallyport.servicekit.outbox.GivenUpStatements;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.verify.VerifiedStatement;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Ends calls of which nobody will ever say how they ended: the lease was lost, or the key of the node that said it has been
 * revoked. Each such call is {@code indeterminate}, stated by this service.
 */
@Service
class LostCalls implements GivenUpStatements {
    private static final Logger log = LoggerFactory.getLogger(LostCalls.class);

    private static final String LEASE_LOST = "LEASE_LOST";
    private static final String KEY_REVOKED = "KEY_REVOKED";

    private final ExecutionTable table;
    private final StatementOutbox outbox;
    private final StatementVerifier verifier;

    LostCalls(ExecutionTable table, StatementOutbox outbox, StatementVerifier verifier) {
        this.table = table;
        this.outbox = outbox;
        this.verifier = verifier;
    }

    /** The call whose lease was lost first, these left out. */
    Optional<String> lost(Set<String> except) {
        return table.lost(except);
    }

    /** Ends a call whose lease was lost as {@code indeterminate}; nothing happens when it has ended meanwhile. */
    @Transactional
    public void end(String proposalId) {
        table.lockLost(proposalId).ifPresent(this::end);
    }

    private void end(ExecutionTable.Running running) {
        try {
            VerifiedRecord started = verifier.verify(StatementType.AUDIT, running.startedRecord());
            VerifiedStatement permit = started.evidence(ExecutionPermit.class).getFirst();
            SignedStatement signed = stateIndeterminate(
                    permit,
                    List.of(
                            Link.to(StatementType.EXECUTION_PERMIT, permit.digest()),
                            Link.to(StatementType.AUDIT, started.digest())),
                    LEASE_LOST,
                    StatementOutbox.evidenceOf(started));
            table.finish(running.proposalId(), running.fence(), CallOutcome.INDETERMINATE, signed.digest());
        } catch (StatementRefusedException e) {
            requireRevoked(e, "own start");
            endWithoutStart(running);
        }
    }

    /** The start is not believed any more. The call ends by its permit, or if that is not believed either, by its owner. */
    private void endWithoutStart(ExecutionTable.Running running) {
        Optional<SignedStatement> signed = indeterminateByPermit(running.permit());
        if (signed.isPresent()) {
            table.finish(
                    running.proposalId(),
                    running.fence(),
                    CallOutcome.INDETERMINATE,
                    signed.get().digest());
        } else {
            log.warn("the permit of {} rests on a revoked key; policy-service gives the call up", running.proposalId());
            table.abandon(running.proposalId(), running.fence());
        }
    }

    /**
     * The outbox has given up a node's result, since the node's key was revoked before the ledger had it. Nobody will learn
     * how the call ended, so this service says that nobody knows.
     */
    @Override
    public void givenUp(StatementRecord record) {
        if (!(statementOf(record).predicate() instanceof ToolExecuted executed)
                || executed.outcome() == CallOutcome.INDETERMINATE) {
            return;
        }
        Digest permit = executed.links().getFirst().digest();
        Map<Digest, SignedStatement> evidence = record.evidence().stream()
                .collect(Collectors.toMap(SignedStatement::digest, signed -> signed, (one, _) -> one));
        SignedStatement signed = evidence.get(permit);
        if (signed != null) {
            List<SignedStatement> rest = reached(signed, evidence);
            indeterminateByPermit(new StatementRecord(signed, rest, List.of()));
        }
    }

    /** What a statement rests on, out of what a later one rests on. */
    private static List<SignedStatement> reached(SignedStatement from, Map<Digest, SignedStatement> evidence) {
        Map<Digest, SignedStatement> reached = new LinkedHashMap<>();
        Deque<SignedStatement> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            for (Link link : statementOf(open.removeFirst()).predicate().links()) {
                SignedStatement next = evidence.get(link.digest());
                if (next != null && reached.putIfAbsent(link.digest(), next) == null) {
                    open.add(next);
                }
            }
        }
        return List.copyOf(reached.values());
    }

    private static Statement statementOf(StatementRecord record) {
        return statementOf(record.signed());
    }

    /** The content of a statement of our own outbox: it was verified before, and is not believed now. */
    private static Statement statementOf(SignedStatement signed) {
        try {
            return Statement.parse(signed.envelope().payload());
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("a statement of the outbox cannot be read: " + e.getMessage(), e);
        }
    }

    /** States that nobody knows how the call ended, by its permit alone; empty when the permit is not believed any more. */
    private Optional<SignedStatement> indeterminateByPermit(StatementRecord record) {
        try {
            VerifiedRecord permit = verifier.verify(record);
            return Optional.of(stateIndeterminate(
                    permit.main(),
                    List.of(Link.to(StatementType.EXECUTION_PERMIT, permit.digest())),
                    KEY_REVOKED,
                    StatementOutbox.evidenceOf(permit)));
        } catch (StatementRefusedException e) {
            requireRevoked(e, "permit");
            return Optional.empty();
        }
    }

    private SignedStatement stateIndeterminate(
            VerifiedStatement permit, List<Link> links, String code, List<SignedStatement> evidence) {
        ExecutionPermit terms = (ExecutionPermit) permit.statement().predicate();
        ToolExecuted executed = ToolExecuted.withoutRun(
                outbox.issuance(terms.issued().workspaceId()),
                links,
                CallOutcome.INDETERMINATE,
                code,
                terms.argsDigest());
        return outbox.publish(Statement.of(permit.statement().subject(), executed), evidence, List.of());
    }

    private static void requireRevoked(StatementRefusedException e, String what) {
        if (e.refusal() != StatementRefusedException.Refusal.REVOKED) {
            throw new IllegalStateException("the " + what + " does not verify: " + e.getMessage(), e);
        }
    }
}
