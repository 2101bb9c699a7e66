package dev.sallyport.identity;

/** A refusal by this module. The message says what is wrong and, where a person can act, what to do. */
public abstract sealed class IdentityException extends RuntimeException {
    private IdentityException(String message) {
        super(message);
    }

    private IdentityException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The stable code of this refusal, upper-case with underscores. */
    public abstract String code();

    /** A private file that others can read or replace, or that is not a plain file. */
    public static final class UnsafeFile extends IdentityException {
        public UnsafeFile(String message) {
            super(message);
        }

        @Override
        public String code() {
            return "UNSAFE_FILE";
        }
    }

    /** A file that cannot be read or written. */
    public static final class FileFailed extends IdentityException {
        public FileFailed(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public String code() {
            return "FILE_FAILED";
        }
    }

    /** Bytes that are not what they should be: PEM, DER, a key, a sealed file's header. */
    public static final class Malformed extends IdentityException {
        public Malformed(String message) {
            super(message);
        }

        public Malformed(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public String code() {
            return "MALFORMED";
        }
    }

    /** A certificate, or the path to it, that does not satisfy the X.509-SVID rules or the fleet's own. */
    public static final class CertificateRefused extends IdentityException {
        private final CertificateRefused.Reason reason;

        public CertificateRefused(CertificateRefused.Reason reason, String message) {
            super(message);
            this.reason = reason;
        }

        public CertificateRefused(CertificateRefused.Reason reason, String message, Throwable cause) {
            super(message, cause);
            this.reason = reason;
        }

        /** Which rule was broken. */
        public CertificateRefused.Reason reason() {
            return reason;
        }

        @Override
        public String code() {
            return "CERTIFICATE_" + reason;
        }

        /** The rules of X.509-SVID sections 2 to 5 and of this fleet. */
        public enum Reason {
            CHAIN_EMPTY,
            SPIFFE_ID_MISSING,
            SPIFFE_ID_NOT_ALONE,
            SPIFFE_ID_MALFORMED,
            TRUST_DOMAIN_FOREIGN,
            IS_A_CA,
            KEY_USAGE_WRONG,
            EXTENDED_KEY_USAGE_WRONG,
            EXPIRED,
            NOT_YET_VALID,
            UNTRUSTED,
            KEY_MISMATCH
        }
    }

    /** A certification request that asks for what its sender may not have, or does not prove its key. */
    public static final class RequestRefused extends IdentityException {
        private final RequestRefused.Reason reason;

        public RequestRefused(RequestRefused.Reason reason, String message) {
            super(message);
            this.reason = reason;
        }

        /** Why. */
        public RequestRefused.Reason reason() {
            return reason;
        }

        @Override
        public String code() {
            return "REQUEST_" + reason;
        }

        /** What may be wrong with a readable request. */
        public enum Reason {
            POSSESSION_NOT_PROVEN,
            KEY_TYPE,
            SPIFFE_ID_MISSING,
            SPIFFE_ID_NOT_ALONE,
            SPIFFE_ID_FOREIGN,
            NAME_NOT_GRANTED,
            CA_NOT_GRANTED,
            SIGNING_NOT_GRANTED
        }
    }

    /** The directory of the fleet's authorities is in a state that the command cannot go on from. */
    public static final class FleetState extends IdentityException {
        public FleetState(String message) {
            super(message);
        }

        @Override
        public String code() {
            return "FLEET_STATE";
        }
    }

    /** Sealed bytes that do not open: another key, another context, or changed since. */
    public static final class SealBroken extends IdentityException {
        public SealBroken(String message) {
            super(message);
        }

        @Override
        public String code() {
            return "SEAL_BROKEN";
        }
    }
}
