package dev.sallyport.tlog;

/**
 * Something that claims to belong to a transparency log does not hold. Every subclass says which check failed; none of
 * them is ever a reason to go on.
 */
public abstract sealed class TlogException extends RuntimeException {
    private TlogException(String message) {
        super(message);
    }

    private TlogException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The bytes are not a signed note (c2sp.org/signed-note). */
    public static final class MalformedNote extends TlogException {
        MalformedNote(String message) {
            super(message);
        }
    }

    /** The string is not a verifier key, or the bytes are not an Ed25519 key. */
    public static final class MalformedKey extends TlogException {
        MalformedKey(String message) {
            super(message);
        }

        MalformedKey(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** None of the signatures is by a key that the caller trusts. */
    public static final class UnknownSigner extends TlogException {
        UnknownSigner(String message) {
            super(message);
        }
    }

    /** A signature names a trusted key and was not made by it over this text. */
    public static final class SignatureRefused extends TlogException {
        SignatureRefused(String message) {
            super(message);
        }
    }

    /** The note's text is not a checkpoint (c2sp.org/tlog-checkpoint). */
    public static final class MalformedCheckpoint extends TlogException {
        MalformedCheckpoint(String message) {
            super(message);
        }
    }

    /** The bytes are not a proof (c2sp.org/tlog-proof), or a proof has an impossible shape. */
    public static final class MalformedProof extends TlogException {
        MalformedProof(String message) {
            super(message);
        }
    }

    /** The proof does not lead from the leaf to the root. */
    public static final class InclusionRefused extends TlogException {
        InclusionRefused(String message) {
            super(message);
        }
    }

    /** The newer tree does not continue the older one. */
    public static final class ConsistencyRefused extends TlogException {
        ConsistencyRefused(String message) {
            super(message);
        }
    }

    /** A tile or entry bundle is missing, has another width than asked for, or its path is none. */
    public static final class MalformedTile extends TlogException {
        /** For readers of tiles: what is wrong with the tile. */
        public MalformedTile(String message) {
            super(message);
        }
    }

    /** An entry does not fit into an entry bundle. */
    public static final class EntryTooLarge extends TlogException {
        EntryTooLarge(int bytes) {
            super("an entry has at most " + EntryBundle.MAX_ENTRY_BYTES + " bytes, this one has " + bytes);
        }
    }
}
