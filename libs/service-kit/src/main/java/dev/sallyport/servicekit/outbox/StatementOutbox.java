package dev.sallyport.servicekit.outbox;

import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.servicekit.telemetry.StatementObserver;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.servicekit.transaction.CommitBatch;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Where a service states something. The statement is signed and stored in the caller's transaction, so it exists exactly
 * when the change of state does; it is sent after the commit, and again until the ledger has confirmed it.
 */
public final class StatementOutbox {
    private static final Logger log = LoggerFactory.getLogger(StatementOutbox.class);

    private final IdentityInForce identity;
    private final StatementVerifier verifier;
    private final CommitBatch<OutboxRow> rows;
    private final Topics topics;
    private final Traces traces;
    private final Clock clock;
    private final Runnable wakeRelay;
    private final List<StatementObserver> observers;

    StatementOutbox(
            IdentityInForce identity,
            StatementVerifier verifier,
            OutboxTable table,
            Topics topics,
            Traces traces,
            Clock clock,
            Runnable wakeRelay,
            List<StatementObserver> observers) {
        this.identity = identity;
        this.verifier = verifier;
        this.rows = new CommitBatch<>(table::insert, row -> row.record().length);
        this.topics = topics;
        this.traces = traces;
        this.clock = clock;
        this.wakeRelay = wakeRelay;
        this.observers = List.copyOf(observers);
    }

    /** This fleet, this service, now (milliseconds), in the present trace. */
    public Issuance issuance(@Nullable String workspaceId) {
        return new Issuance(
                identity.trust().fleetId(),
                workspaceId,
                identity.spiffeId(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                traces.current());
    }

    /** As {@link #publish(Statement, List, List)} for a statement that rests on no other and has no details. */
    public SignedStatement publish(Statement statement) {
        return publish(statement, List.of(), List.of());
    }

    /**
     * Signs and stores a statement in the transaction of the caller.
     *
     * @param evidence every statement that it refers to, directly or through another; see
     *     {@link #evidenceOf(VerifiedRecord)}
     * @param details what travels beside it; each is referred to in the predicate
     * @return the signed statement, which can be the evidence of the next one
     * @throws IllegalStateException outside a transaction
     * @throws EvidenceRevokedException when it rests on a statement of a revoked key that the ledger did not have in time
     * @throws IllegalArgumentException when no consumer would accept the record: too large, evidence incomplete, a role
     *     this service does not have
     */
    public SignedStatement publish(Statement statement, List<SignedStatement> evidence, List<Detail> details) {
        SignedStatement signed = identity.signer().sign(statement);
        forward(new StatementRecord(signed, evidence, details));
        return signed;
    }

    /**
     * Stores a record that another has signed, as control does for its nodes.
     *
     * @throws IllegalStateException outside a transaction
     * @throws IllegalArgumentException when no consumer would accept the record
     */
    public void forward(StatementRecord record) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("A statement must be published inside the transaction that makes it true.");
        }
        VerifiedRecord verified = verified(record);
        Statement statement = verified.statement();
        byte[] bytes = record.encode();
        if (bytes.length > StatementRecord.MAX_BYTES) {
            throw new IllegalArgumentException("A record may have at most " + StatementRecord.MAX_BYTES
                    + " bytes. This one has " + bytes.length + ".");
        }
        rows.add(new OutboxRow(
                record.digest(),
                topics.of(statement.type()),
                statement.subject().name(),
                bytes,
                traces.within(traceOfCall(verified)),
                recipient(verified)));
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                wakeRelay.run();
                observers.forEach(observer -> tell(observer, verified));
            }
        });
    }

    private static @Nullable String traceOfCall(VerifiedRecord record) {
        return record.evidence(ToolProposed.class).stream()
                .map(proposed -> proposed.statement().predicate().issued().traceparent())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static void tell(StatementObserver observer, VerifiedRecord record) {
        try {
            observer.stated(record);
        } catch (RuntimeException e) {
            log.warn("{} could not take note of statement {}", observer, record.digest(), e);
        }
    }

    /** The evidence for a statement that links to this record's: its own statement and all it rests on. */
    public static List<SignedStatement> evidenceOf(VerifiedRecord record) {
        return evidenceOf(record.record());
    }

    /** The evidence for a statement that links to this record's: its own statement and all it rests on. */
    public static List<SignedStatement> evidenceOf(StatementRecord record) {
        List<SignedStatement> evidence = new java.util.ArrayList<>(record.evidence());
        evidence.addFirst(record.signed());
        return List.copyOf(evidence);
    }

    /** Checks the record as its consumers will. A refusal here undoes the transaction; a refusal there would lose a call. */
    private VerifiedRecord verified(StatementRecord record) {
        try {
            return verifier.verify(record).withItsDetails();
        } catch (StatementRefusedException e) {
            if (e.refusal() == Refusal.REVOKED) {
                throw new EvidenceRevokedException(record.signed().digest(), e);
            }
            throw new IllegalArgumentException(
                    "Every consumer would refuse this statement: " + e.refusal() + ", " + e.getMessage(), e);
        }
    }

    /**
     * The service that must have applied the statement before the outbox forgets it, see {@link AuditEvent#recipients}; null
     * when there is nobody to wait for.
     */
    static @Nullable String recipient(VerifiedRecord record) {
        if (!(record.statement().predicate() instanceof Audit audit)) {
            return null;
        }
        Audit.Ended end = audit.ended();
        if (end != null && end.approvalId() == null) {
            return null;
        }
        return audit.event().recipients().stream()
                .filter(service -> !audit.issued().by().isService(service))
                .findFirst()
                .orElse(null);
    }
}
