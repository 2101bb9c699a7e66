package dev.sallyport.policy.access;

/** A change of access that is refused. */
public final class AccessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The role or scope is above the granter's. */
        ABOVE_OWN_ROLE,
        /** The credential is another person's. */
        OTHER_PERSON,
        /** The principal's name is not of its form. */
        INVALID_PRINCIPAL,
        /** The role is unknown or unfit for this kind of principal. */
        INVALID_ROLE,
        /** The scope is no permission of the principal's. */
        INVALID_SCOPE,
        /** A channel's name is not of its form, or there are too many. */
        INVALID_CHANNEL,
        /** The lifetime is outside 1 to 365 days. */
        INVALID_LIFETIME,
        /** The principal is no member. */
        NOT_A_MEMBER,
        /** The last owner cannot go. */
        LAST_OWNER,
        /** There is no such thing in this workspace. */
        NOT_FOUND
    }

    private final Reason reason;
    private final String field;

    /** With the field concerned and what to change. */
    public AccessException(Reason reason, String field, String message) {
        super(message);
        this.reason = reason;
        this.field = field;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** The request's field. */
    public String field() {
        return field;
    }
}
