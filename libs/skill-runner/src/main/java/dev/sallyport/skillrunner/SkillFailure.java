package dev.sallyport.skillrunner;

/** Why a call of a skill has no answer. */
public enum SkillFailure {
    /** The input or the answer is not as the tool's schema says. */
    SCHEMA_MISMATCH("SCHEMA_MISMATCH"),
    /** The time limit was reached. */
    TIMED_OUT("TIMED_OUT"),
    /** The fuel was used up. */
    FUEL_EXHAUSTED("FUEL_EXHAUSTED"),
    /** The module needs more memory than it may have, or may have more than there is for all modules. */
    MEMORY_LIMIT("MEMORY_EXCEEDED"),
    /** The answer and the log together are longer than allowed. */
    OUTPUT_LIMIT("OUTPUT_EXCEEDED"),
    /** Host functions were called more often than allowed. */
    HOST_CALL_LIMIT("HOST_CALLS_EXCEEDED"),
    /** The module did what WebAssembly forbids at run time. */
    TRAPPED("TRAPPED"),
    /** The program ended with another exit status than 0. */
    EXIT_STATUS("EXIT_STATUS"),
    /** The caller was interrupted, so the call was ended. */
    STOPPED("CANCELLED"),
    /** The runtime failed in a way that no module should be able to cause. */
    ENGINE_FAILED("ENGINE_FAILED"),
    /**
     * Nothing of the module ran: other calls hold the memory of the process, or modules that could not be ended hold too
     * many of its threads.
     */
    RUNNER_EXHAUSTED("INVALID_MODULE"),
    /** The call was to be repeated, and asked its host for something else than it did then. */
    NOT_REPEATED("NOT_REPEATED");

    private final String code;

    SkillFailure(String code) {
        this.code = code;
    }

    /**
     * The code of a call that ended so, in its node's statement. Of one that was stopped the statement may give a narrower
     * reason, and no statement gives {@link #NOT_REPEATED}.
     */
    public String code() {
        return code;
    }
}
