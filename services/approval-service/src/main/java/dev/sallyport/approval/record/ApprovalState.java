package dev.sallyport.approval.record;

import java.util.Locale;

/** Where a record stands. Only {@link #PENDING} is ever left, and once. */
public enum ApprovalState {
    /** Waiting for people. */
    PENDING,
    /** Enough people said yes in time. */
    APPROVED,
    /** One person said no. */
    DENIED,
    /** Nobody decided in time; counts as a denial. */
    TIMED_OUT,
    /** The call ended before anybody decided. */
    CANCELLED;

    /** Lower-case form for the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it still waits for an answer. */
    public boolean open() {
        return this == PENDING;
    }
}
