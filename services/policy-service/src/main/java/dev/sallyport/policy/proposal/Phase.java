package dev.sallyport.policy.proposal;

import java.util.Locale;

/** Where a call is. Phases only move forward. */
public enum Phase {
    /** Being decided. */
    DECIDE,
    /** A human is asked. */
    APPROVE,
    /** A permit is out and not claimed. */
    QUEUE,
    /** A node has claimed it. */
    RUN,
    /** Ended. */
    DONE;

    /** The name on the wire. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
