package dev.sallyport.policy.authzen;

/** An access request that is refused. The message is for the caller. */
public final class AccessRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Why, as the AuthZEN Access Request and Approval Profile, draft 1, names it. A constant's name is the code on the
     * wire, and in lower case the end of the problem's type.
     */
    public enum Reason {
        /** What was asked is nothing that a human may lift. */
        NOT_REQUESTABLE,
        /** The denial is too old. */
        EXPIRED_DENIAL,
        /** The request is not the one that was denied, or nothing was denied to this caller under this id. */
        INVALID_DENIAL_BINDING,
        /** The idempotency key stands for another request. */
        DUPLICATE_REQUEST,
        /** No task of this id is the caller's to see. */
        UNKNOWN_TASK
    }

    private final Reason reason;

    /** A refusal for this reason, with a sentence for the caller. */
    public AccessRequestException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
