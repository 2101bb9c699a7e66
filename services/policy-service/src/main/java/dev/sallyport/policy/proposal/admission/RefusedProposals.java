package dev.sallyport.policy.proposal.admission;

import dev.sallyport.policy.budget.CallerHour;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.StatementJson;
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
 * Counts the proposals that were refused without a row, and states them: once a minute, one statement for each run, or
 * for a principal whose hour is spent, whatever runs it names. A crash loses the count of its last minute, never a call.
 */
@Component
class RefusedProposals {
    /** So many runs and hours are told apart; what is refused of further ones in the same minute is not counted. */
    private static final int MOST = 1_000;

    private final StatementOutbox outbox;
    private final TransactionTemplate transaction;
    private Map<Refused, Integer> counts = new LinkedHashMap<>();

    RefusedProposals(StatementOutbox outbox, TransactionTemplate transaction) {
        this.outbox = outbox;
        this.transaction = transaction;
    }

    /**
     * Whose proposals were refused.
     *
     * @param attributes what of theirs is spent
     */
    private record Refused(String workspaceId, String principal, Map<String, String> attributes) {}

    /** One proposal was refused because its run is spent. */
    void count(RunKey run) {
        count(new Refused(
                run.workspaceId(), run.principal(), Map.of("session_id", run.session(), "run_id", run.run())));
    }

    /** One proposal was refused because its principal's hour is spent. */
    void count(CallerHour caller) {
        count(new Refused(
                caller.run().workspaceId(),
                caller.run().principal(),
                Map.of("hour", StatementJson.format(caller.hour()))));
    }

    private synchronized void count(Refused refused) {
        if (counts.size() < MOST || counts.containsKey(refused)) {
            counts.merge(refused, 1, Integer::sum);
        }
    }

    /** States what was counted since the last time. */
    void state() {
        take().forEach((refused, count) -> transaction.executeWithoutResult(_ -> outbox.publish(Statement.of(
                Subject.named("principal:" + refused.principal()),
                Audit.of(
                        outbox.issuance(refused.workspaceId()),
                        AuditEvent.PROPOSALS_REFUSED,
                        refused.principal(),
                        List.of(),
                        with(refused.attributes(), count))))));
    }

    private static Map<String, String> with(Map<String, String> attributes, int count) {
        Map<String, String> all = new LinkedHashMap<>(attributes);
        all.put("count", Integer.toString(count));
        return Map.copyOf(all);
    }

    private synchronized Map<Refused, Integer> take() {
        Map<Refused, Integer> taken = counts;
        counts = new LinkedHashMap<>();
        return taken;
    }
}
