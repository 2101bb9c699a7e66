package dev.sallyport.approval.webhook;

import dev.sallyport.statements.WireName;

/** What a webhook is told of. */
public enum WebhookEvent implements WireName {
    /** People are asked. */
    PENDING("approval.pending"),
    /** It was answered, ran out, or its call has ended. */
    RESOLVED("approval.resolved"),
    /** Somebody tries the webhook. It is sent once, and to everybody who has one. */
    TEST("webhook.test");

    private final String wire;

    WebhookEvent(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
