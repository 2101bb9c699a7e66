package dev.sallyport.approval.webhook;

import dev.sallyport.statements.WireName;

/** What the body of a message looks like. */
public enum WebhookFormat implements WireName {
    /** {@code type}, {@code timestamp} and {@code data}, as Standard Webhooks proposes. */
    STANDARD("standard"),
    /** {@code text} alone, as Slack's incoming webhooks take it and many others who are compatible. */
    SLACK("slack");

    private final String wire;

    WebhookFormat(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
