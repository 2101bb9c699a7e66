package dev.sallyport.attestation.log;

/** Why the log cannot do what was asked. The message is a sentence for operators and callers. */
public abstract sealed class LedgerException extends RuntimeException {
    private final Code code;

    private LedgerException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** The stable codes that callers read. The name of a constant is the code on the wire. */
    public enum Code {
        /** Another replica wrote at the same time. */
        LOG_BUSY,
        /** The database does not continue what was signed. */
        SECOND_HISTORY,
        /** The log's key is not the fleet's. */
        FOREIGN_LOG_KEY
    }

    /** The stable code for callers. */
    public final Code code() {
        return code;
    }

    /** The tree was changed by somebody else between locking and writing; the batch may be tried again. */
    public static final class LostRace extends LedgerException {
        LostRace() {
            super(Code.LOG_BUSY, "Another replica changed the tree at the same time. Nothing was appended; try again.");
        }
    }

    /**
     * The database holds less than what was signed before, or something else: a restored backup, or a change past this
     * service. No checkpoint is signed any more, since it would be a second history.
     */
    public static final class SecondHistory extends LedgerException {
        SecondHistory(String message) {
            super(Code.SECOND_HISTORY, message);
        }
    }

    /** The log key in the identity directory is none of those that {@code trust.json} pins. */
    public static final class ForeignLogKey extends LedgerException {
        ForeignLogKey() {
            super(
                    Code.FOREIGN_LOG_KEY,
                    "log/log.key is none of the log_keys of trust.json. Restore the key, or the trust.json that names"
                            + " it.");
        }
    }
}
