package dev.sallyport.policy.access;

/** A change of access that is refused. The message is for the caller: what is wrong and what to change. */
public final class AccessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The stable codes that callers read. The name of a constant is the code on the wire. */
    public enum Code {
        /** The role or scope is above the granter's. */
        ABOVE_OWN_ROLE,
        /** The credential is another person's. */
        OTHER_PERSON,
        /** A session asks for a credential of a person, which would outlive it. */
        SESSION_CANNOT_SIGN_IN,
        /** The name of a principal or of a workspace is not of its form. */
        INVALID_PRINCIPAL,
        /** The role is unknown or unfit for this kind of principal. */
        INVALID_ROLE,
        /** The scope is no permission of the principal's. */
        INVALID_SCOPE,
        /** A channel's name is not of its form, or there are too many. */
        INVALID_CHANNEL,
        /** The lifetime is outside 1 to 365 days. */
        INVALID_LIFETIME,
        /** A token cannot be bound to this certificate. */
        INVALID_CERTIFICATE,
        /** The certificate stands for another agent. */
        CERTIFICATE_BOUND,
        /** The token does not count any more, or another one is in its place. */
        TOKEN_ENDED,
        /** The name of a group is not of its form, or it has too many members. */
        INVALID_GROUP,
        /** The principal is no member. */
        NOT_A_MEMBER,
        /** The principal is there already, with other roles than those asked for. */
        ROLES_DIFFER,
        /** A second person has to agree, and this is not one. */
        SECOND_PERSON_NEEDED,
        /** The invitation is confirmed, withdrawn or expired. */
        INVITATION_NOT_PENDING,
        /** The member is not as it was when the change was made. */
        MEMBER_CHANGED_MEANWHILE,
        /** Another workspace has this name. */
        WORKSPACE_EXISTS,
        /** The workspace of the fleet's owner is not closed. */
        FLEET_WORKSPACE,
        /** The last owner cannot go. */
        LAST_OWNER,
        /** There is no such thing in this workspace. */
        NOT_FOUND
    }

    private final Code code;
    private final String field;

    /** With the request's field that is wrong, and a sentence that says what to change. */
    public AccessException(Code code, String field, String message) {
        super(message);
        this.code = code;
        this.field = field;
    }

    /** The stable code for callers. */
    public Code code() {
        return code;
    }

    /** The request's field. */
    public String field() {
        return field;
    }
}
