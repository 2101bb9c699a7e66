package dev.sallyport.policy.proposal.admission;

import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts the proposals that were refused without a row, and states them: once a minute, one statement for each run. A crash
 * loses the count of its last minute, never a call.
 */
@Component
class RefusedProposals {
    /** So many runs are told apart; what is refused of further ones in the same minute is not counted. */
    private static final int MOST_RUNS = 1_000;

    private final StatementOutbox outbox;
    private final TransactionTemplate transaction;
    private Map<RunKey, Integer> counts = new LinkedHashMap<>();

    RefusedProposals(StatementOutbox outbox, TransactionTemplate transaction) {
        this.outbox = outbox;
        this.transaction = transaction;
    }

    /** One proposal of this run was refused. */
    synchronized void count(RunKey run) {
        if (counts.size() < MOST_RUNS || counts.containsKey(run)) {
            counts.merge(run, 1, Integer::sum);
        }
    }

    /** States what was counted since the last time. */
    void state() {
        take().forEach((run, count) -> transaction.executeWithoutResult(_ -> outbox.publish(Statement.of(
                Subject.named("principal:" + run.principal()),
                Audit.of(
                        outbox.issuance(run.workspaceId()),
                        AuditEvent.PROPOSALS_REFUSED,
                        run.principal(),
                        List.of(),
                        Map.of(
                                "session_id", run.session(),
                                "run_id", run.run(),
                                "count", Integer.toString(count)))))));
    }

    private synchronized Map<RunKey, Integer> take() {
        Map<RunKey, Integer> taken = counts;
        counts = new LinkedHashMap<>();
        return taken;
    }
}
