package dev.sallyport.executor.sandbox;

import dev.sallyport.executor.sandbox.ToolFailure.Code;

/** Why a running call was ended from outside. */
public enum KillCause {
    /** The proposal was cancelled. */
    CANCELLED(Code.CANCELLED),
    /** The fleet, or what the call belongs to, was frozen. */
    FROZEN(Code.FROZEN),
    /** The skill was taken out of use. */
    SKILL_NOT_ENABLED(Code.SKILL_NOT_ENABLED),
    /** The lease could not be renewed in time. */
    LEASE_LOST(Code.LEASE_LOST),
    /** The node is being stopped. */
    DRAINED(Code.DRAINED);

    private final Code code;

    KillCause(Code code) {
        this.code = code;
    }

    /** The code of a call that was ended for it. */
    public Code code() {
        return code;
    }
}
