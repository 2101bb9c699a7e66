package dev.sallyport.servicekit.outbox;

import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.Revocations.LedgerUnavailableException;
import dev.sallyport.statements.verify.StatementVerifier;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives up statements that nobody will ever accept: those that rest on a key which was revoked before the ledger had them.
 * Sent again and again, each of them would be a rejected record each time.
 */
final class OutboxBelief {
    private static final Logger log = LoggerFactory.getLogger(OutboxBelief.class);

    private final StatementVerifier verifier;
    private final OutboxTable table;
    private final TransactionTemplate transaction;
    private final List<GivenUpStatements> concerned;
    private final Counter givenUp;

    OutboxBelief(
            StatementVerifier verifier,
            OutboxTable table,
            TransactionTemplate transaction,
            List<GivenUpStatements> concerned,
            MeterRegistry metrics) {
        this.verifier = verifier;
        this.table = table;
        this.transaction = transaction;
        this.concerned = concerned;
        this.givenUp = Counter.builder("sallyport.outbox.given.up")
                .description("statements removed unconfirmed, since the key of one that they rest on has been revoked")
                .register(metrics);
    }

    /** Whether the row is still worth sending. One that is not has been removed, and whom it concerns has been told. */
    boolean holds(OutboxRow row) {
        try {
            verifier.verify(StatementRecord.parse(row.record()));
            return true;
        } catch (LedgerUnavailableException _) {
            return true;
        } catch (StatementRefusedException e) {
            if (e.refusal() != Refusal.REVOKED) {
                return true;
            }
            return !giveUp(row, e);
        }
    }

    private boolean giveUp(OutboxRow row, StatementRefusedException why) {
        try {
            StatementRecord record = StatementRecord.parse(row.record());
            transaction.executeWithoutResult(_ -> {
                table.applied(List.of(row.digest()));
                concerned.forEach(one -> one.givenUp(record));
            });
            givenUp.increment();
            log.warn("statement {} about {} is given up: {}", row.digest(), row.subject(), why.getMessage());
            return true;
        } catch (StatementRefusedException | RuntimeException e) {
            log.error("statement {} about {} cannot be given up; it is sent again", row.digest(), row.subject(), e);
            return false;
        }
    }
}
