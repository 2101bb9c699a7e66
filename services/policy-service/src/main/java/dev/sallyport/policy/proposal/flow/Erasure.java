package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Erases on request, before their time, what this service keeps of calls that may have to be forgotten: arguments,
 * explanations, results and people's words. The calls stay, with their states and statements. That it was done is stated.
 */
@Component
public class Erasure {
    /** So many calls are erased by one request. */
    private static final int MOST = 1_000;

    private final CallTable calls;
    private final StatementOutbox outbox;
    private final Ulids ulids;

    Erasure(CallTable calls, StatementOutbox outbox, Ulids ulids) {
        this.calls = calls;
        this.outbox = outbox;
        this.ulids = ulids;
    }

    /**
     * What was erased.
     *
     * @param erased calls whose bytes were erased now
     * @param open calls that have not ended, of which nothing was erased
     * @param more whether there are further ones, for another request
     */
    public record Erased(int erased, int open, boolean more) {}

    /** Erases what is kept of one call of the workspace; empty when it has none of this id. */
    @Transactional
    public Optional<Erased> ofCall(Principal actor, String proposalId, String reason) {
        return calls.find(proposalId)
                .filter(call -> call.proposal().workspaceId().equals(actor.workspaceId()))
                .map(Call::id)
                .map(id -> {
                    boolean open = calls.isOpen(id);
                    int erased = calls.eraseBytes(id);
                    state(actor, erased, reason, Map.of("proposal_id", id));
                    return new Erased(erased, open && erased == 0 ? 1 : 0, false);
                });
    }

    /** Erases what is kept of the calls that a principal of the workspace made; a thousand of them at most. */
    @Transactional
    public Erased ofPrincipal(Principal actor, String principal, String reason) {
        int erased = calls.eraseBytes(actor.workspaceId(), principal, MOST);
        state(actor, erased, reason, Map.of("principal", principal));
        return new Erased(erased, calls.open(actor.workspaceId(), principal), erased == MOST);
    }

    private void state(Principal actor, int erased, String reason, Map<String, String> whose) {
        if (erased == 0) {
            return;
        }
        Map<String, String> attributes = new LinkedHashMap<>(whose);
        attributes.put("calls", Integer.toString(erased));
        attributes.put("reason", reason);
        outbox.publish(Statement.of(
                Subject.named("erasure:" + ulids.next()),
                Audit.of(
                        outbox.issuance(actor.workspaceId()),
                        AuditEvent.DETAILS_ERASED,
                        actor.name(),
                        List.of(),
                        attributes)));
    }
}
