package dev.sallyport.identity.pairing;

/**
 * The other side's message proves that it has another code, another view of what is paired, or no code at all. Nobody
 * can tell which: the pairing is over, and a new one needs a new code.
 */
public final class PairingRefusedException extends RuntimeException {
    /** With what did not hold, for the own side's log. */
    public PairingRefusedException(String message) {
        super(message);
    }

    /** With what did not hold, as the checker found it. */
    public PairingRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
