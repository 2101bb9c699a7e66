package dev.sallyport.approval.grant;

import dev.sallyport.servicekit.lifecycle.RetryLater;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementVerifier;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes back the answers of revoked grants. The revocation notes which, in its own transaction; each is then stated in one of
 * its own, on any replica, so that none holds up another or the revocation.
 */
@Component
class Withdrawals {
    private static final Logger log = LoggerFactory.getLogger(Withdrawals.class);
    private static final int MOST_AT_ONCE = 200;

    private final GrantTable table;
    private final GrantAudit audit;
    private final StatementVerifier verifier;
    private final TransactionTemplate transaction;
    private final RetryLater later = new RetryLater();

    Withdrawals(GrantTable table, GrantAudit audit, StatementVerifier verifier, TransactionTemplate transaction) {
        this.table = table;
        this.audit = audit;
        this.verifier = verifier;
        this.transaction = transaction;
    }

    /** Takes back what is due. What fails is left alone for a while. */
    void takeBack() {
        List<Withdrawal> due = table.withdrawalsDue(later.notNow(), MOST_AT_ONCE);
        due.forEach(this::takeBack);
    }

    private void takeBack(Withdrawal due) {
        try {
            if (isBelieved(due.answer())) {
                transaction.executeWithoutResult(_ -> {
                    if (table.settle(due, Withdrawal.State.STATED)) {
                        audit.withdrawn(due);
                    }
                });
            } else {
                // Nothing can be stated on such an answer, and nobody acts on it: policy-service gives the call up.
                log.info("use {} of a revoked grant is not believed and need not be taken back", due.key());
                transaction.executeWithoutResult(_ -> table.settle(due, Withdrawal.State.UNBELIEVED));
            }
            later.done(due.key());
        } catch (RuntimeException e) {
            later.failed(due.key());
            log.warn("could not take back use {} of a revoked grant; will try again", due.key(), e);
        }
    }

    private boolean isBelieved(StatementRecord answer) {
        try {
            verifier.verify(answer);
            return true;
        } catch (StatementRefusedException e) {
            if (e.refusal() == Refusal.REVOKED) {
                return false;
            }
            throw new IllegalStateException("the answer was stored as it had been verified", e);
        }
    }
}
