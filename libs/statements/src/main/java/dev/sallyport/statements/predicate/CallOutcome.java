package dev.sallyport.statements.predicate;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a call can end. */
public enum CallOutcome {
    /** The tool ended well. */
    @JsonProperty("succeeded")
    SUCCEEDED,
    /** The tool ended by its own failure. */
    @JsonProperty("failed")
    FAILED,
    /** Policy or a human said no. */
    @JsonProperty("denied")
    DENIED,
    /** Nothing ran: something needed was missing or changed. */
    @JsonProperty("refused")
    REFUSED,
    /** Nobody claimed the permit in time. */
    @JsonProperty("expired")
    EXPIRED,
    /** Stopped on request. */
    @JsonProperty("cancelled")
    CANCELLED,
    /** Killed at its deadline. */
    @JsonProperty("timed_out")
    TIMED_OUT,
    /** Killed at another limit. */
    @JsonProperty("quota_exceeded")
    QUOTA_EXCEEDED,
    /** The sandbox caught it. */
    @JsonProperty("sandbox_violation")
    SANDBOX_VIOLATION,
    /** Started, and nobody knows how it ended. */
    @JsonProperty("indeterminate")
    INDETERMINATE,
    /** Rested on a statement whose signer was revoked before the ledger had it. */
    @JsonProperty("abandoned")
    ABANDONED
}
