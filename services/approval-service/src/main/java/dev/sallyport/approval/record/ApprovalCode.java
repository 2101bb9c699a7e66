package dev.sallyport.approval.record;

/** Why a record stands where it stands. The names are the codes in statements and answers. */
public enum ApprovalCode {
    /** It waits for people. */
    APPROVAL_PENDING(ApprovalState.PENDING),
    /** Enough people said yes in time. */
    APPROVED(ApprovalState.APPROVED),
    /** One person said no. */
    DENIED_BY_APPROVER(ApprovalState.DENIED),
    /** A grant said yes, and nobody was asked. */
    APPROVED_BY_GRANT(ApprovalState.APPROVED),
    /** A grant said no, and nobody was asked. */
    DENIED_BY_GRANT(ApprovalState.DENIED),
    /** Nobody decided in time. */
    APPROVAL_TIMED_OUT(ApprovalState.TIMED_OUT),
    /** The call ended before anybody decided. */
    CALL_ENDED(ApprovalState.CANCELLED);

    private final ApprovalState state;

    ApprovalCode(ApprovalState state) {
        this.state = state;
    }

    /** The state of a record with this code. */
    ApprovalState state() {
        return state;
    }
}
