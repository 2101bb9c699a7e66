package dev.sallyport.attestation.log;

/** Why the log cannot do what was asked. */
public abstract sealed class LedgerException extends RuntimeException {
    private LedgerException(String message) {
        super(message);
    }

    /** The tree was changed by somebody else between locking and writing; the batch may be tried again. */
    public static final class LostRace extends LedgerException {
        LostRace() {
            super("the tree was changed by another; nothing was appended");
        }
    }

    /**
     * The database holds less than, or something else than, what was signed before: a restored backup or a change behind
     * our back. No checkpoint is signed any more, since it would be a second history.
     */
    public static final class SecondHistory extends LedgerException {
        SecondHistory(String message) {
            super(message);
        }
    }

    /** The log key in the identity directory is none of those that {@code trust.json} pins. */
    public static final class ForeignLogKey extends LedgerException {
        ForeignLogKey() {
            super(
                    "log/log.key is none of the log_keys of trust.json: restore the key, or the trust.json that names it");
        }
    }
}
