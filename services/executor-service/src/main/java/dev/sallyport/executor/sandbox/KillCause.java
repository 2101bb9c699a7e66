package dev.sallyport.executor.sandbox;

/** Why a running call was ended from outside. */
public enum KillCause {
    /** The proposal was cancelled. */
    CANCELLED,
    /** The fleet, or what the call belongs to, was frozen. */
    FROZEN,
    /** The lease could not be renewed in time. */
    LEASE_LOST,
    /** The node is being stopped. */
    DRAINED
}
