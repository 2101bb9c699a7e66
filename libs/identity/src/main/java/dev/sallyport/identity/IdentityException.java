package dev.sallyport.identity;

/** A refusal by this module. The message says what is wrong and, where a person can act, what to do. */
public abstract sealed class IdentityException extends RuntimeException {
    private final String code;

    private IdentityException(String code, String message) {
        super(message);
        this.code = code;
    }

    private IdentityException(String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The stable code of this refusal, upper-case with underscores. */
    public final String code() {
        return code;
    }

    /** A private file that others can read or replace, or that is not a plain file. */
    public static final class UnsafeFile extends IdentityException {
        private static final String CODE = "UNSAFE_FILE";

        /** With the file and what to change. */
        public UnsafeFile(String message) {
            super(CODE, message);
        }
    }

    /** A file that cannot be read or written. */
    public static final class FileFailed extends IdentityException {
        private static final String CODE = "FILE_FAILED";

        /** With the file and why. */
        public FileFailed(String message, Throwable cause) {
            super(CODE, message, cause);
        }
    }

    /** Bytes that are not what they should be: PEM, DER, a key, a sealed file's header. */
    public static final class Malformed extends IdentityException {
        private static final String CODE = "MALFORMED";

        /** With what is wrong with the bytes. */
        public Malformed(String message) {
            super(CODE, message);
        }

        /** With what is wrong with the bytes, as their reader found it. */
        public Malformed(String message, Throwable cause) {
            super(CODE, message, cause);
        }
    }

    /** A certificate, or the path to it, that does not satisfy the X.509-SVID rules or the fleet's own. */
    public static final class CertificateRefused extends IdentityException {
        private final CertificateRefused.Reason reason;

        /** With the rule that is broken, and how. */
        public CertificateRefused(CertificateRefused.Reason reason, String message) {
            super(reason.code, message);
            this.reason = reason;
        }

        /** With the rule that is broken, and how, as the checker found it. */
        public CertificateRefused(CertificateRefused.Reason reason, String message, Throwable cause) {
            super(reason.code, message, cause);
            this.reason = reason;
        }

        /** Which rule was broken. */
        public CertificateRefused.Reason reason() {
            return reason;
        }

        /** The rules of X.509-SVID sections 2 to 5 and of this fleet. */
        public enum Reason {
            /** There is no certificate. */
            CHAIN_EMPTY("CERTIFICATE_CHAIN_EMPTY"),
            /** There is no URI name. */
            SPIFFE_ID_MISSING("CERTIFICATE_SPIFFE_ID_MISSING"),
            /** There is more than one URI name. */
            SPIFFE_ID_NOT_ALONE("CERTIFICATE_SPIFFE_ID_NOT_ALONE"),
            /** The URI name is no SPIFFE id of a service, node, device, agent or part of the infrastructure. */
            SPIFFE_ID_MALFORMED("CERTIFICATE_SPIFFE_ID_MALFORMED"),
            /** The SPIFFE id is of another trust domain. */
            TRUST_DOMAIN_FOREIGN("CERTIFICATE_TRUST_DOMAIN_FOREIGN"),
            /** An authority's certificate stands where a leaf must. */
            IS_A_CA("CERTIFICATE_IS_A_CA"),
            /** Key usage is not for signatures, or is for certificates or revocation lists as well. */
            KEY_USAGE_WRONG("CERTIFICATE_KEY_USAGE_WRONG"),
            /** Extended key usage is there and lacks servers or clients. */
            EXTENDED_KEY_USAGE_WRONG("CERTIFICATE_EXTENDED_KEY_USAGE_WRONG"),
            /** Its end has passed. */
            EXPIRED("CERTIFICATE_EXPIRED"),
            /** Its start is still to come. */
            NOT_YET_VALID("CERTIFICATE_NOT_YET_VALID"),
            /** Its chain leads to none of the roots. */
            UNTRUSTED("CERTIFICATE_UNTRUSTED"),
            /** The private key is not that of the certificate. */
            KEY_MISMATCH("CERTIFICATE_KEY_MISMATCH");

            private final String code;

            Reason(String code) {
                this.code = code;
            }
        }
    }

    /** A certification request that asks for what its sender may not have, or does not prove its key. */
    public static final class RequestRefused extends IdentityException {
        private final RequestRefused.Reason reason;

        /** With what is wrong, and how. */
        public RequestRefused(RequestRefused.Reason reason, String message) {
            super(reason.code, message);
            this.reason = reason;
        }

        /** Why. */
        public RequestRefused.Reason reason() {
            return reason;
        }

        /** What may be wrong with a readable request. */
        public enum Reason {
            /** The request is not signed with the key it asks a certificate for. */
            POSSESSION_NOT_PROVEN("REQUEST_POSSESSION_NOT_PROVEN"),
            /** The key is of a type that such a certificate is not for. */
            KEY_TYPE("REQUEST_KEY_TYPE"),
            /** There is no URI name. */
            SPIFFE_ID_MISSING("REQUEST_SPIFFE_ID_MISSING"),
            /** There is more than one URI name. */
            SPIFFE_ID_NOT_ALONE("REQUEST_SPIFFE_ID_NOT_ALONE"),
            /** The SPIFFE id is of another trust domain, or is not the one granted. */
            SPIFFE_ID_FOREIGN("REQUEST_SPIFFE_ID_FOREIGN"),
            /** A DNS name, an address or a name of another kind that is not granted. */
            NAME_NOT_GRANTED("REQUEST_NAME_NOT_GRANTED"),
            /** An authority's certificate, which nobody gets by request. */
            CA_NOT_GRANTED("REQUEST_CA_NOT_GRANTED"),
            /** A signing certificate for somebody who signs no statements. */
            SIGNING_NOT_GRANTED("REQUEST_SIGNING_NOT_GRANTED");

            private final String code;

            Reason(String code) {
                this.code = code;
            }
        }
    }

    /** The directory of the fleet's authorities is in a state that the command cannot go on from. */
    public static final class FleetState extends IdentityException {
        private static final String CODE = "FLEET_STATE";

        /** With the state and what to do. */
        public FleetState(String message) {
            super(CODE, message);
        }
    }

    /** Sealed bytes that do not open: another key, another context, or changed since. */
    public static final class SealBroken extends IdentityException {
        private static final String CODE = "SEAL_BROKEN";

        /** With what does not open. */
        public SealBroken(String message) {
            super(CODE, message);
        }
    }
}
