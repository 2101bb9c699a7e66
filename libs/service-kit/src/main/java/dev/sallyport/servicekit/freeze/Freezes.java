package dev.sallyport.servicekit.freeze;

import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Freeze;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.vocabulary.AuditEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.annotation.Transactional;

/**
 * Freezes in force: nothing that they cover starts. A freeze is taken here, or at another service whose audit statement
 * is applied here later.
 */
public class Freezes {
    private static final Logger log = LoggerFactory.getLogger(Freezes.class);

    private final FreezeTable table;
    private final StatementOutbox outbox;
    private final List<FreezeListener> listeners;
    private final Counter refused;

    Freezes(FreezeTable table, StatementOutbox outbox, List<FreezeListener> listeners, MeterRegistry metrics) {
        this.table = table;
        this.outbox = outbox;
        this.listeners = List.copyOf(listeners);
        this.refused = Counter.builder("sallyport.freezes.refused")
                .description("freezes and their ends that another service stated and that name nothing to freeze")
                .register(metrics);
    }

    /** Freezes and attests it; what is frozen already stays as it is. */
    @Transactional
    public void freeze(Freeze freeze, String reason, String actor) {
        table.lock(freeze);
        if (put(freeze, reason, actor)) {
            attest(AuditEvent.FROZEN, freeze, reason, actor);
        }
    }

    /** Lifts a freeze and attests it; does nothing when there is none. */
    @Transactional
    public void unfreeze(Freeze freeze, String reason, String actor) {
        table.lock(freeze);
        if (table.remove(freeze)) {
            attest(AuditEvent.UNFROZEN, freeze, reason, actor);
        }
    }

    /**
     * Applies what another service has attested. Statements may arrive in any order: one that is older than the last
     * change of the same target known here has no effect. One that names nothing that can be frozen is logged and
     * counted.
     *
     * @param statement {@code frozen} or {@code unfrozen}
     */
    @Transactional
    public void learn(Audit statement) {
        Optional<Freeze> named = Freeze.ofAttributes(statement.attributes());
        if (named.isEmpty()) {
            refused.increment();
            log.warn(
                    "{} of {} says {} of what cannot be frozen, and is not obeyed: {}",
                    statement.issued().by(),
                    statement.issued().at(),
                    statement.event().wire(),
                    statement.attributes());
            return;
        }
        Freeze freeze = named.get();
        table.lock(freeze);
        boolean frozen = statement.event() == AuditEvent.FROZEN;
        if (!table.changedElsewhere(freeze, statement.issued().at(), frozen)) {
            return;
        }
        if (frozen) {
            put(freeze, statement.attributes().getOrDefault("reason", ""), actor(statement));
        } else {
            table.remove(freeze);
        }
    }

    /** Whether a freeze covers calls of this run. */
    public boolean covers(RunKey run) {
        return table.covers(run);
    }

    /** Whether a freeze names this principal. One of its workspace or of the fleet stops its calls, not the person. */
    public boolean coversPrincipal(String workspaceId, String principal) {
        return table.coversPrincipal(workspaceId, principal);
    }

    /**
     * The freezes in force, in a stable order.
     *
     * @param workspaceId only those of the fleet and of this workspace; null for all
     * @param principal of those only the ones that cover this principal or a part of its work; null for all
     */
    public Page<FreezeInForce> list(@Nullable String workspaceId, @Nullable String principal, PageRequest page) {
        return Page.of(table.list(workspaceId, principal, page.after(), page.oneMore()), page, FreezeTable::position);
    }

    private boolean put(Freeze freeze, String reason, String actor) {
        boolean added = table.put(freeze, reason, actor);
        listeners.forEach(listener -> listener.onFrozen(freeze));
        return added;
    }

    private void attest(AuditEvent event, Freeze freeze, String reason, String actor) {
        Issuance issued = outbox.issuance(freeze.workspaceId().isEmpty() ? null : freeze.workspaceId());
        table.changedHere(freeze, issued.at());
        outbox.publish(Statement.of(
                Subject.named(freeze.subject()), Audit.of(issued, event, actor, List.of(), freeze.attributes(reason))));
    }

    private static String actor(Audit statement) {
        return Objects.requireNonNullElseGet(
                statement.actor(), () -> statement.issued().by().toString());
    }
}
