package dev.sallyport.local.supervise;

/** The fleet did not come up; the message says which part and why. */
public final class StartFailedException extends RuntimeException {
    StartFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
