package dev.sallyport.approval.webhook;

import dev.sallyport.statements.WireName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message to one webhook, and what became of it.
 *
 * @param id what the receiver is told as {@code webhook-id}
 * @param approvalId the request that it tells of
 * @param attempts how often it was sent, since it was written or last sent again by hand
 * @param code what came of the last attempt; null before the first
 * @param status the HTTP status of the last answer; null without one
 * @param dueAt when it is sent next, while it waits
 */
public record WebhookMessage(
        String id,
        String webhookId,
        String approvalId,
        WebhookEvent event,
        State state,
        int attempts,
        @Nullable DeliveryCode code,
        @Nullable Integer status,
        Instant createdAt,
        Instant dueAt) {
    /** Where a message stands. */
    public enum State implements WireName {
        /** It is to be sent. */
        WAITING("waiting"),
        /** The receiver has taken it. */
        DELIVERED("delivered"),
        /** It is not tried any more, unless somebody sends it again. */
        DEAD("dead");

        private final String wire;

        State(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }
}
