package dev.sallyport.servicekit.outbox;

import dev.sallyport.statements.Digest;
import java.util.List;

/** Asks the ledger about what was sent and removes what it has. Several replicas may do it at once without harm. */
final class InclusionPoll {
    private final OutboxTable table;
    private final InclusionSource ledger;

    InclusionPoll(OutboxTable table, InclusionSource ledger) {
        this.table = table;
        this.ledger = ledger;
    }

    void run() {
        List<Digest> open = table.toConfirm();
        if (!open.isEmpty()) {
            table.confirm(ledger.inclusion(open));
        }
    }
}
