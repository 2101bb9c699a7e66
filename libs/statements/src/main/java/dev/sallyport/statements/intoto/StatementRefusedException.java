package dev.sallyport.statements.intoto;

/** A record or statement that must have no effect, with the check that failed. */
public final class StatementRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The check that failed. */
    public enum Refusal {
        /** Larger than the limits. */
        TOO_LARGE,
        /** Not JSON as accepted, or not in the fleet's one encoding. */
        MALFORMED,
        /** Not the statement that the topic carries. */
        WRONG_TYPE,
        /** A field is missing, unknown, or not of its form. */
        SCHEMA,
        /** No certificate for the key, or one that does not chain to a pinned signing CA. */
        UNTRUSTED_SIGNER,
        /** The certificate was not valid when the statement was issued. */
        CERTIFICATE_NOT_VALID,
        /** The signer's certificate was revoked. */
        REVOKED,
        /** The signature is not the key's signature of these bytes. */
        BAD_SIGNATURE,
        /** The signer may not say this. */
        WRONG_ROLE,
        /** Issued for another fleet. */
        FOREIGN_FLEET,
        /** A statement referred to is missing, of another type, or about something else. */
        BROKEN_LINK,
        /** A detail does not have the digest or size stated, is missing, or is not named by the statement. */
        BAD_DETAIL,
        /** So old that the receiver no longer knows whether it has applied it before. */
        TOO_OLD
    }

    private final Refusal refusal;

    /** With the check and words for the log; never with content of the record. */
    public StatementRefusedException(Refusal refusal, String message) {
        super(message);
        this.refusal = refusal;
    }

    /** The check that failed. */
    public Refusal refusal() {
        return refusal;
    }
}
