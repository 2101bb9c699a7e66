package dev.sallyport.skillrunner;

/** Ends a call from within a host function or while its result is read. The module cannot catch it. */
final class CallEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SkillFailure failure;

    CallEndedException(SkillFailure failure, String message) {
        super(message, null, false, false);
        this.failure = failure;
    }

    SkillFailure failure() {
        return failure;
    }
}
