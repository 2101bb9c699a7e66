package dev.sallyport.servicekit.outbox;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import org.jspecify.annotations.Nullable;

/**
 * A record on its way out.
 *
 * @param digest the statement's identity
 * @param topic where it goes
 * @param subject the statement's subject, {@code <kind>:<id>}
 * @param record the bytes sent
 * @param traceparent the trace it belongs to; null outside one
 * @param recipient the service that must have applied it, see {@link StatementOutbox#recipient}; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // written and sent, never compared
record OutboxRow(
        Digest digest,
        String topic,
        String subject,
        byte[] record,
        @Nullable String traceparent,
        @Nullable String recipient) {
    /** Kafka's key: what belongs together stays in order. */
    String key() {
        return subject.substring(subject.indexOf(':') + 1);
    }

    /** The call it belongs to; null outside a call. */
    @Nullable
    String proposalId() {
        return ProposalId.ofSubject(subject).map(ProposalId::ulid).orElse(null);
    }
}
