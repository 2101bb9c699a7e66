package dev.sallyport.approval.record;

import dev.sallyport.statements.WireName;

/** Where a record stands. Only {@link #PENDING} is ever left, and once. */
public enum ApprovalState implements WireName {
    /** Waiting for people. */
    PENDING("pending"),
    /** Enough people said yes in time. */
    APPROVED("approved"),
    /** One person said no. */
    DENIED("denied"),
    /** Nobody decided in time; counts as a denial. */
    TIMED_OUT("timed_out"),
    /** The call ended before anybody decided. */
    CANCELLED("cancelled");

    private final String wire;

    ApprovalState(String wire) {
        this.wire = wire;
    }

    @Override
    public String wire() {
        return wire;
    }

    /** Whether it still waits for an answer. */
    public boolean open() {
        return this == PENDING;
    }
}
