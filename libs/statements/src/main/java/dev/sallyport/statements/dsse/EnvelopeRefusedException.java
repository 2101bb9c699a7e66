package dev.sallyport.statements.dsse;

/** Bytes that are not an envelope in the one encoding that the fleet accepts. */
public final class EnvelopeRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With what is wrong. */
    public EnvelopeRefusedException(String message) {
        super(message);
    }
}
