package dev.sallyport.approval.webhook;

import dev.sallyport.arguments.host.WebAddress;
import java.time.Instant;
import java.util.List;

/**
 * An address outside that a workspace's news are sent to.
 *
 * @param address all of it; its path may be a secret of the receiver's
 * @param events what it is told of
 * @param createdBy who added it
 */
public record Webhook(
        String workspaceId,
        String id,
        WebAddress address,
        WebhookFormat format,
        List<WebhookEvent> events,
        Instant createdAt,
        String createdBy) {
    /** Copies the list. */
    public Webhook {
        events = List.copyOf(events);
    }
}
