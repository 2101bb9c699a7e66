package dev.sallyport.statements.vocabulary;

import dev.sallyport.statements.WireName;

/** How a call can end. */
public enum CallOutcome implements WireName {
    /** The tool ended well. */
    SUCCEEDED("succeeded"),
    /** The tool ended by its own failure. */
    FAILED("failed"),
    /** Policy or a human said no. */
    DENIED("denied"),
    /** Nothing ran: something needed was missing or changed. */
    REFUSED("refused"),
    /** Nobody claimed the permit in time. */
    EXPIRED("expired"),
    /** Stopped on request. */
    CANCELLED("cancelled"),
    /** Killed at its deadline. */
    TIMED_OUT("timed_out"),
    /** Killed at another limit. */
    QUOTA_EXCEEDED("quota_exceeded"),
    /** The sandbox caught it. */
    SANDBOX_VIOLATION("sandbox_violation"),
    /** Started, and nobody knows how it ended. */
    INDETERMINATE("indeterminate"),
    /** Rested on a statement whose signer was revoked before the ledger had it. */
    ABANDONED("abandoned");

    private final String wire;

    CallOutcome(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
