package dev.sallyport.cli.failure;

/** What the command's exit code tells a script. The numbers are part of the interface and do not change. */
public enum ExitCode {
    /** Done. A call has succeeded; in a verification every claim holds. */
    OK(0, "done; the call succeeded; every claim holds"),
    /** The answer is no: a claim does not hold, the call was denied or did not succeed. */
    NEGATIVE(1, "the answer is no: a claim does not hold, the call was denied or did not succeed"),
    /** The command line, the configuration or the request itself is wrong. */
    USAGE(2, "the command line, the configuration or the request is wrong"),
    /** No connection to the service. */
    UNREACHABLE(3, "the service cannot be reached"),
    /** No valid token or certificate, or it lacks the permission. */
    NOT_PERMITTED(4, "not signed in, or not permitted"),
    /** There is no such object in this workspace. */
    NOT_FOUND(5, "no such object in this workspace"),
    /** Somebody else was faster, or the object's state forbids it. */
    CONFLICT(6, "already resolved, or the object's state forbids it"),
    /** The service answers, but cannot do it now: overloaded, sealed, starting. */
    UNAVAILABLE(7, "the service cannot do it now (overloaded, sealed, starting): try again"),
    /** The time to wait is over and the call is still open. */
    STILL_OPEN(8, "the call is still open after the time to wait"),
    /** A fault of this program. */
    INTERNAL(70, "a fault of this program");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    /** The number given to the operating system. */
    public int number() {
        return number;
    }

    /** One line for the help. */
    public String meaning() {
        return meaning;
    }
}
