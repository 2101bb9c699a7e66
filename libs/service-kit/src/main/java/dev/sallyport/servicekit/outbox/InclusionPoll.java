package dev.sallyport.servicekit.outbox;

import dev.sallyport.statements.Digest;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the ledger about what was sent, and the recipient where there is one, and removes what they have. Several replicas may
 * do it at once without harm.
 */
final class InclusionPoll {
    private static final Logger log = LoggerFactory.getLogger(InclusionPoll.class);

    private static final int MOST_AT_ONCE = 1000;

    private final OutboxTable table;
    private final InclusionSource ledger;
    private final AppliedSource recipients;
    private @Nullable OffsetDateTime lastLook;

    InclusionPoll(OutboxTable table, InclusionSource ledger, AppliedSource recipients) {
        this.table = table;
        this.ledger = ledger;
        this.recipients = recipients;
    }

    void run() {
        OutboxTable.ToConfirm open = table.toConfirm(lastLook);
        for (int from = 0; from < open.digests().size(); from += MOST_AT_ONCE) {
            List<Digest> some = open.digests()
                    .subList(from, Math.min(from + MOST_AT_ONCE, open.digests().size()));
            table.confirm(ledger.inclusion(some)).forEach(this::askRecipient);
        }
        // After a failure they are asked about again.
        lastLook = open.now();
    }

    private void askRecipient(String service, List<Digest> digests) {
        try {
            table.applied(recipients.applied(service, digests));
        } catch (RuntimeException e) {
            // It is asked again with the ledger, and nobody else waits for it; until then the statements are sent
            // again.
            log.warn(
                    "{} does not say which of {} statements it has applied: {}", service, digests.size(), e.toString());
        }
    }
}
