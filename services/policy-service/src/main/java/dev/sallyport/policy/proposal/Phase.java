package dev.sallyport.policy.proposal;

import dev.sallyport.statements.WireName;

/** Where a call is. Phases only move forward. */
public enum Phase implements WireName {
    /** Being decided. */
    DECIDE("decide"),
    /** A human is asked. */
    APPROVE("approve"),
    /** A permit is out and not claimed. */
    QUEUE("queue"),
    /** A node has claimed it. */
    RUN("run"),
    /** Ended. */
    DONE("done");

    private final String wire;

    Phase(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }
}
