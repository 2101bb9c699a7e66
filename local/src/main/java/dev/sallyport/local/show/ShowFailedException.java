package dev.sallyport.local.show;

/** The fleet is up but did not do what it should; the message says what was asked and what was answered. */
public final class ShowFailedException extends RuntimeException {
    ShowFailedException(String message) {
        super(message);
    }

    ShowFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
