package dev.sallyport.policy.catalogue;

/** A change of a configuration that is refused. The message is for the caller. */
public final class ConfigRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The stable codes that callers read. The name of a constant is the code on the wire. */
    public enum Code {
        /** Somebody else has changed the configuration since it was read. */
        CONFIG_CHANGED_MEANWHILE,
        /** The configuration is larger than a statement can carry. */
        CONFIG_TOO_LARGE,
        /** There is no feature of this name. */
        UNKNOWN_FEATURE,
        /** A feature needs another one that is off. */
        FEATURE_NEEDED,
        /** There is no such change in this workspace. */
        CHANGE_NOT_FOUND,
        /** The change is confirmed, withdrawn or expired. */
        CHANGE_NOT_PENDING,
        /** The one who asks may not confirm it. */
        SECOND_PERSON_NEEDED
    }

    private final Code code;

    ConfigRefusedException(Code code, String message) {
        super(message);
        this.code = code;
    }

    static ConfigRefusedException changedMeanwhile(int current) {
        return new ConfigRefusedException(
                Code.CONFIG_CHANGED_MEANWHILE,
                "Version " + current + " is the current one. Read it, and change that one.");
    }

    /** The stable code for callers. */
    public Code code() {
        return code;
    }
}
