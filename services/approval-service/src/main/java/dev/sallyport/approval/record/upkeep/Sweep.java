package dev.sallyport.approval.record.upkeep;

import dev.sallyport.approval.record.ApprovalKey;
import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.servicekit.lifecycle.RetryLater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Ends what has run out and asks the next group where it is their turn, by the database's clock: on every replica, and for everything that was due while none was up.
 * Each record is a transaction of its own. One that fails is left alone for a while and does not hold the others.
 */
@Component
class Sweep {
    private static final Logger log = LoggerFactory.getLogger(Sweep.class);
    private static final int BATCH = 100;

    private final Approvals approvals;
    private final ApprovalQueries queries;
    private final RetryLater later = new RetryLater();
    private final RetryLater escalateLater = new RetryLater();

    Sweep(Approvals approvals, ApprovalQueries queries) {
        this.approvals = approvals;
        this.queries = queries;
    }

    void escalateDue() {
        for (ApprovalKey key : queries.escalating(BATCH, escalateLater.notNow())) {
            try {
                approvals.escalate(key);
                escalateLater.done(key.id());
            } catch (RuntimeException e) {
                escalateLater.failed(key.id());
                log.warn("could not ask the next group about approval {}; will try again", key.id(), e);
            }
        }
    }

    void timeOutDue() {
        for (ApprovalKey key : queries.due(BATCH, later.notNow())) {
            try {
                approvals.timeOut(key);
                later.done(key.id());
            } catch (RuntimeException e) {
                later.failed(key.id());
                log.warn("could not time out approval {}; will try again", key.id(), e);
            }
        }
    }
}
