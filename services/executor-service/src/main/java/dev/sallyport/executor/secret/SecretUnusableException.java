package dev.sallyport.executor.secret;

/** A secret that cannot be used as the call asks for. */
public final class SecretUnusableException extends Exception {
    /** With what to change, a sentence. */
    public SecretUnusableException(String detail) {
        super(detail);
    }

    /** What to change, a sentence. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
