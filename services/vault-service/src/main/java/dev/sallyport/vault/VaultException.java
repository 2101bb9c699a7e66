package dev.sallyport.vault;

/** A refusal of this service. The message is for the caller: what is wrong and what to change. */
public abstract sealed class VaultException extends RuntimeException {
    private final Code code;

    private VaultException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** The stable codes that callers read. The name of a constant is the code on the wire. */
    public enum Code {
        /** The vault is sealed. */
        VAULT_SEALED,
        /** There is no such secret for this caller. */
        SECRET_NOT_AVAILABLE,
        /** A stored secret does not open. */
        SECRET_DAMAGED,
        /** A field, parameter or header is wrong. */
        INVALID_REQUEST,
        /** Only the holder of a certificate may do this. */
        CERTIFICATE_NEEDED,
        /** The certificate that is shown has been revoked. */
        CERTIFICATE_REVOKED,
        /** The SPIFFE id has been revoked. */
        ID_REVOKED,
        /** A session is not enough for this. */
        SESSION_CANNOT_SIGN_IN,
        /** Only an owner's device may do this. */
        OWNER_DEVICE_NEEDED,
        /** The caller's permissions do not suffice. */
        PERMISSION_MISSING,
        /** No certificate of the fleet has this serial number. */
        CERTIFICATE_UNKNOWN,
        /** The certificate that is shown was not issued by this service, nor at the machine. */
        CERTIFICATE_NOT_ISSUED_HERE,
        /** No issuing authority of the fleet has this name. */
        AUTHORITY_UNKNOWN,
        /** The authority issues certificates now. */
        AUTHORITY_ISSUES,
        /** Parts of the fleet use certificates of this authority. */
        AUTHORITY_IN_USE,
        /** The identity is made at the machine and never over the API. */
        MADE_AT_THE_MACHINE,
        /** The revocation would leave nobody who signs the denylist. */
        WOULD_SILENCE_THE_DENYLIST,
        /** The join token does not count. */
        JOIN_TOKEN_REFUSED,
        /** The service account's token does not count. */
        SERVICE_ACCOUNT_REFUSED,
        /** People have to give shares before the vault opens. */
        SHARES_NEEDED,
        /** There is no such device. */
        DEVICE_UNKNOWN,
        /** No such pairing window is open. */
        PAIRING_CLOSED,
        /** Another pairing window is open. */
        PAIRING_WINDOW_OPEN,
        /** Too many pairing windows in a row were burned. */
        PAIRING_LOCKED,
        /** A message of a pairing proved nothing, and its window is burned. */
        PAIRING_REFUSED
    }

    /** The stable code for callers. */
    public final Code code() {
        return code;
    }

    /** The vault is sealed: no secret can be opened or written. */
    public static final class Sealed extends VaultException {
        /** Says how the vault is unsealed. */
        public Sealed() {
            super(Code.VAULT_SEALED, "The vault is sealed. An owner unseals it with `sallyport vault unseal`.");
        }
    }

    /** There is no such secret for this caller: absent, of another workspace, expired or not granted look the same. */
    public static final class NotAvailable extends VaultException {
        /** Says the same whatever the reason is. */
        public NotAvailable() {
            super(Code.SECRET_NOT_AVAILABLE, "There is no such secret for this call.");
        }
    }

    /** What is stored does not open: a row was changed, swapped or rolled back. */
    public static final class Damaged extends VaultException {
        /** With what does not open; for the log. */
        public Damaged(String message) {
            super(Code.SECRET_DAMAGED, message);
        }
    }

    /** A request that is wrong in one field. */
    public static final class Invalid extends VaultException {
        private final String field;

        /** With the field, parameter or header, and a sentence that says what it must be. */
        public Invalid(String field, String message) {
            super(Code.INVALID_REQUEST, message);
            this.field = field;
        }

        /** The field, parameter or header. */
        public String field() {
            return field;
        }
    }

    /** The caller is known and may not do this. */
    public static final class Forbidden extends VaultException {
        /** With the code, and a sentence that says what would be needed. */
        public Forbidden(Code code, String message) {
            super(code, message);
        }
    }

    /** No certificate that this fleet is known to have issued. */
    public static final class CertificateUnknown extends VaultException {
        /** With a sentence that says how to name one that counts. */
        public CertificateUnknown(String message) {
            super(Code.CERTIFICATE_UNKNOWN, message);
        }
    }

    /** An issuing authority that cannot be revoked as asked. */
    public static final class AuthorityRefused extends VaultException {
        /** With the code, and a sentence that says what to do first. */
        public AuthorityRefused(Code code, String message) {
            super(code, message);
        }
    }

    /** A join token that is unknown, used, expired or overtaken by another one of its name; the answer does not say which. */
    public static final class JoinTokenRefused extends VaultException {
        /** Says the same whatever the reason is. */
        public JoinTokenRefused() {
            super(
                    Code.JOIN_TOKEN_REFUSED,
                    "The join token is unknown, already used or expired, or its name has been taken since. Ask an administrator"
                            + " for a new one, and for a name that is taken somebody with an owner's device.");
        }
    }

    /**
     * A service account's token that does not count: the cluster does not know it, it was made for another audience, or
     * the configuration gives its account no identity.
     */
    public static final class ServiceAccountRefused extends VaultException {
        /** Says the same whatever the reason is. */
        public ServiceAccountRefused() {
            super(
                    Code.SERVICE_ACCOUNT_REFUSED,
                    "The cluster did not make this token for the audience of this fleet, or its service account is"
                            + " missing in sallyport.vault.kubernetes.accounts.");
        }
    }

    /** No such device or agent, or none that this could be done to. */
    public static final class DeviceUnknown extends VaultException {
        /** Says how to find the right name. */
        public DeviceUnknown() {
            super(
                    Code.DEVICE_UNKNOWN,
                    "There is no such device or agent, or it is not in that state. `sallyport devices list` shows all.");
        }
    }

    /** A step of a pairing that cannot be taken. */
    public static final class PairingRefused extends VaultException {
        /** With the code, and a sentence that says what to do. */
        public PairingRefused(Code code, String message) {
            super(code, message);
        }
    }

    /** People have to give their shares before the vault opens. */
    public static final class SharesNeeded extends VaultException {
        /** Says how a share is given. */
        public SharesNeeded() {
            super(
                    Code.SHARES_NEEDED,
                    "This vault opens only with shares of several people. Each of them gives the own one with `sallyport"
                            + " vault unseal --share FILE`; `sallyport vault status` says how many are needed.");
        }
    }
}
