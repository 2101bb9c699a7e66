package dev.sallyport.statements.step;

/** A step of trust that is not taken; what was trusted before goes on being trusted. */
public final class TrustStepRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** It is not in the one form. */
        MALFORMED,
        /** It is not signed by a root of the step before. */
        UNTRUSTED,
        /** It is for other roots than those before it: an older one, a later one, or one of another history. */
        OUT_OF_ORDER,
        /** It is of another fleet, or would change what no step changes. */
        FOREIGN
    }

    TrustStepRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
