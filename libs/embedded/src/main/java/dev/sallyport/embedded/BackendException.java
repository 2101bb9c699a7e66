package dev.sallyport.embedded;

import org.jspecify.annotations.Nullable;

/** A backend could not be prepared, started or stopped; the message says what to change. */
public final class BackendException extends RuntimeException {
    /** Why, as a closed list. */
    public enum Code {
        /** The machine is not one on which the backends run (Linux on x86-64 or ARM64 with util-linux). */
        UNSUPPORTED_MACHINE,
        /** PostgreSQL, which never runs as uid 0, was given no unprivileged user. */
        UNPRIVILEGED_USER_REQUIRED,
        /** The packaged programs could not be unpacked. */
        UNPACKING_FAILED,
        /** The process ended before it was ready; the message ends with its last lines. */
        ENDED_EARLY,
        /** The process was not ready in time. */
        NOT_READY_IN_TIME,
        /** The process answered with an error while roles, databases, topics or access rules were made. */
        ADMINISTRATION_FAILED,
        /** A file could not be read or written. */
        FILES
    }

    private final Code code;

    /** An error with its reason, a message that says what to change, and the cause where there is one. */
    public BackendException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The reason. */
    public Code code() {
        return code;
    }
}
