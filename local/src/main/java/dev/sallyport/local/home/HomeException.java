package dev.sallyport.local.home;

import org.jspecify.annotations.Nullable;

/** The home folder cannot be used; the message says why and what to do. */
public final class HomeException extends RuntimeException {
    /** An error with one line for people. */
    public HomeException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
