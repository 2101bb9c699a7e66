package dev.sallyport.skillrunner.host;

/** A call that is repeated asks its host for something else than it did then. */
public final class NotRepeatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a full sentence. */
    NotRepeatedException(String message) {
        super(message);
    }
}
