package dev.sallyport.statements.vocabulary;

import dev.sallyport.statements.WireName;

/** How much is at stake in a call, rising. */
public enum Severity implements WireName {
    /** Routine. */
    LOW("low"),
    /** Worth a look. */
    MEDIUM("medium"),
    /** The approver signs with a key of their own. */
    HIGH("high"),
    /** As high, and the approver is asked to think twice. */
    CRITICAL("critical");

    private final String wire;

    Severity(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
