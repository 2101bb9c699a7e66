package dev.sallyport.approval.webhook.messaging;

import dev.sallyport.approval.webhook.Webhook;
import dev.sallyport.approval.webhook.WebhookAudit;
import dev.sallyport.approval.webhook.WebhookEvent;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** States it as audit/v1 about {@code webhook:<id>}. The path of an address may be a secret, and is not stated. */
@Component
class SignedWebhookAudit implements WebhookAudit {
    private final StatementOutbox outbox;

    SignedWebhookAudit(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void added(Webhook webhook) {
        state(webhook, AuditEvent.WEBHOOK_ADDED, webhook.createdBy());
    }

    @Override
    public void removed(Webhook webhook, String by) {
        state(webhook, AuditEvent.WEBHOOK_REMOVED, by);
    }

    private void state(Webhook webhook, AuditEvent event, String by) {
        outbox.publish(Statement.of(
                Subject.named("webhook:" + webhook.id()),
                Audit.of(
                        outbox.issuance(webhook.workspaceId()),
                        event,
                        by,
                        List.of(),
                        Map.of(
                                "host",
                                webhook.address().authority(),
                                "format",
                                webhook.format().wire(),
                                "events",
                                webhook.events().stream()
                                        .map(WebhookEvent::wire)
                                        .collect(Collectors.joining(","))))));
    }
}
