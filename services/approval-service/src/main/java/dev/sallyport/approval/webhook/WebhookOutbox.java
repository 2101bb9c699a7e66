package dev.sallyport.approval.webhook;

import dev.sallyport.approval.record.ApprovalNews;
import dev.sallyport.servicekit.ids.Ulids;
import java.time.Clock;
import java.time.Instant;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Writes the messages about a question in the transaction of what they tell: both are there, or neither. */
@Component
class WebhookOutbox {
    private final WebhookTable webhooks;
    private final MessageTable messages;
    private final WebhookBodies bodies;
    private final Ulids ulids;
    private final Clock clock;

    WebhookOutbox(WebhookTable webhooks, MessageTable messages, WebhookBodies bodies, Ulids ulids, Clock clock) {
        this.webhooks = webhooks;
        this.messages = messages;
        this.bodies = bodies;
        this.ulids = ulids;
        this.clock = clock;
    }

    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void write(ApprovalNews news) {
        WebhookEvent event = WebhookEvent.of(news);
        Instant now = clock.instant();
        for (Webhook webhook : webhooks.told(news.workspaceId(), event)) {
            messages.insert(
                    webhook, ulids.next(), news.approvalId(), event, bodies.of(news, event, webhook.format(), now));
        }
    }
}
