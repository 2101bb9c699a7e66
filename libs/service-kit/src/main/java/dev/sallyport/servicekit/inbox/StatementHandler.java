package dev.sallyport.servicekit.inbox;

import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a service does on a kind of statement. Declare it as a bean; the service then consumes the topic that carries it.
 * Several handlers of one kind run in the same transaction.
 *
 * @param <P> the statement's predicate
 */
public interface StatementHandler<P extends Predicate> {
    /** The predicate's class, which names the topic. */
    Class<P> predicate();

    /**
     * Of what {@code AuditRecorded} carries, the events that can be of interest. Another one is not even verified: it is
     * the most travelled topic, and most of it concerns few. Means nothing for other predicates.
     */
    default Set<AuditEvent> events() {
        return EnumSet.allOf(AuditEvent.class);
    }

    /**
     * Whether an audit statement can be of interest by what it says of itself, before anything of it is verified. Means
     * nothing for other predicates.
     */
    default boolean mayConcern(StatementRecord.ClaimedAudit claimed) {
        return events().contains(claimed.event());
    }

    /** Whether this one is of interest. What concerns no handler costs no transaction and leaves no mark. */
    default boolean concerns(P predicate) {
        return true;
    }

    /** What applying a statement does. Runs in one transaction with the mark that it was applied. */
    @FunctionalInterface
    interface Effect {
        /** As {@link #handle}. */
        void apply() throws StatementRefusedException;
    }

    /**
     * Prepares the effect of a statement before the transaction begins. Whatever takes long belongs here, such as a question
     * to another service: no row and no connection is held meanwhile. A statement that had been applied before is prepared
     * too, and then not applied.
     *
     * @param predicate what is said
     * @param record all of it, verified
     * @return what to do in the transaction; it must check that what was found here still holds
     */
    default Effect prepare(P predicate, VerifiedRecord record) {
        return () -> handle(predicate, record);
    }

    /**
     * Applies a statement, in one transaction with the mark that it was applied. It is called once for each statement
     * that takes effect; after an exception the transaction is undone.
     *
     * @param predicate what is said
     * @param record all of it, verified: the exact envelope, evidence, details
     * @throws StatementRefusedException when this can never be valid here; it goes to the dead letters. Any other
     *     exception means a passing fault: the same record comes again
     */
    void handle(P predicate, VerifiedRecord record) throws StatementRefusedException;
}
