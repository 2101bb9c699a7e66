package dev.sallyport.approval.webhook;

import dev.sallyport.approval.record.ApprovalNews;
import dev.sallyport.statements.WireName;

/** What a webhook is told of. */
public enum WebhookEvent implements WireName {
    /** People are asked. */
    PENDING("approval.pending"),
    /** Nobody has answered for a while, and another group is asked too. */
    ESCALATED("approval.escalated"),
    /** It was answered, ran out, or its call has ended. */
    RESOLVED("approval.resolved"),
    /** Somebody tries the webhook. It is sent once, and to everybody who has one. */
    TEST("webhook.test");

    private final String wire;

    WebhookEvent(String wire) {
        this.wire = wire;
    }

    /** What this news are. */
    static WebhookEvent of(ApprovalNews news) {
        if (news.resolvedAt() != null) {
            return RESOLVED;
        }
        return news.escalatedAt() != null ? ESCALATED : PENDING;
    }

    @Override
    public String wire() {
        return wire;
    }
}
