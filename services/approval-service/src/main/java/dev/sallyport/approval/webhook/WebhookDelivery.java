package dev.sallyport.approval.webhook;

import dev.sallyport.approval.webhook.MessageTable.Held;
import dev.sallyport.approval.webhook.WebhookMessage.State;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends what waits, on every replica. A message's row is held while it is sent, so no two workers send it at once; one that
 * dies in between has noted nothing, and the message is sent again under the same id.
 */
@Component
class WebhookDelivery {
    private static final Logger log = LoggerFactory.getLogger(WebhookDelivery.class);

    private final WebhookTable webhooks;
    private final MessageTable messages;
    private final WebhookSender sender;
    private final WebhookProperties properties;
    private final TransactionTemplate transaction;

    WebhookDelivery(
            WebhookTable webhooks,
            MessageTable messages,
            WebhookSender sender,
            WebhookProperties properties,
            TransactionTemplate transaction) {
        this.webhooks = webhooks;
        this.messages = messages;
        this.sender = sender;
        this.properties = properties;
        this.transaction = transaction;
    }

    /**
     * Sends a message that is due, of the webhook that was served least lately; false if there is none that nobody else
     * sends.
     */
    boolean sendOne() {
        return Boolean.TRUE.equals(transaction.execute(_ -> {
            Optional<Held> held = messages.hold();
            held.ifPresent(this::send);
            return held.isPresent();
        }));
    }

    private void send(Held message) {
        Optional<Webhook> webhook = webhooks.find(message.workspaceId(), message.webhookId());
        Optional<WebhookSecret> secret = webhooks.secret(message.workspaceId(), message.webhookId());
        if (webhook.isEmpty() || secret.isEmpty()) {
            // Removed since the row was found: it is found no more.
            return;
        }
        DeliveryResult result = attempt(message, webhook.get(), secret.get());
        if (result.delivered()) {
            messages.tried(message, State.DELIVERED, result, Duration.ZERO);
            webhooks.quiet(message.workspaceId(), message.webhookId(), Duration.ZERO);
            return;
        }
        int attempts = message.attempts() + 1;
        boolean last = attempts >= properties.attempts();
        messages.tried(message, last ? State.DEAD : State.WAITING, result, properties.pauseAfter(attempts));
        webhooks.quiet(message.workspaceId(), message.webhookId(), properties.quietAfter(attempts));
        if (last) {
            log.warn(
                    "webhook {} did not take message {} in {} attempts: {}",
                    message.webhookId(),
                    message.id(),
                    attempts,
                    result.code());
        }
    }

    /** One attempt. A message that cannot be sent is no other message's fault: it counts as not sent. */
    private DeliveryResult attempt(Held message, Webhook webhook, WebhookSecret secret) {
        try {
            return sender.send(webhook.address(), secret, message.id(), message.body());
        } catch (RuntimeException e) {
            log.error("message {} to webhook {} could not be sent", message.id(), message.webhookId(), e);
            return DeliveryResult.of(DeliveryCode.NOT_REACHED);
        }
    }

    /** Gives up what has waited for too long, and forgets what is over. */
    void tidy() {
        int given = messages.giveUp(properties.tried());
        if (given > 0) {
            log.warn("{} messages to webhooks were not taken in {} and are given up", given, properties.tried());
        }
        messages.forget(properties.kept());
    }
}
