package dev.sallyport.policy.activation;

/** An act on policy sets that is refused. The message is for the caller. */
public final class PolicyRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The stable codes that callers read. The name of a constant is the code on the wire. */
    public enum Code {
        /** There is no such set. */
        POLICY_SET_NOT_FOUND,
        /** The set decides now, or a rollback or a change that waits would need it. */
        POLICY_SET_IN_USE,
        /** Tests of the set do not pass. */
        POLICY_TESTS_FAILED,
        /** Another set was activated meanwhile. */
        POLICY_CHANGED_MEANWHILE,
        /** Nothing lies beneath the set in force. */
        NOTHING_TO_ROLL_BACK,
        /** There is no such change in this workspace. */
        CHANGE_NOT_FOUND,
        /** The change is confirmed, withdrawn or expired. */
        CHANGE_NOT_PENDING,
        /** The one who asks may not confirm it. */
        SECOND_PERSON_NEEDED
    }

    private final Code code;

    PolicyRefusedException(Code code, String message) {
        super(message);
        this.code = code;
    }

    static PolicyRefusedException noSuchSet() {
        return new PolicyRefusedException(
                Code.POLICY_SET_NOT_FOUND,
                "There is no policy set with this digest. `GET /v1/policy-sets` lists them.");
    }

    /** The stable code for callers. */
    public Code code() {
        return code;
    }
}
