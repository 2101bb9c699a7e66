package dev.sallyport.attestation.detail;

/** Why details cannot be kept or read. */
public abstract sealed class DetailException extends RuntimeException {
    private DetailException(String message, Throwable cause) {
        super(message, cause);
    }

    private DetailException(String message) {
        super(message);
    }

    /** The key file is missing although details were sealed under it, or is not a key file. */
    public static final class KeyFileUnusable extends DetailException {
        KeyFileUnusable(String message) {
            super(message);
        }
    }

    /** A stored detail or key does not open: it was changed, or was sealed under another key file. */
    public static final class Unreadable extends DetailException {
        Unreadable(String what, Throwable cause) {
            super(what + " cannot be opened: it was changed, or sealed under another key file", cause);
        }
    }
}
