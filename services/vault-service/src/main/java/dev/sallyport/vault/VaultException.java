package dev.sallyport.vault;

/** A refusal of this service. */
public abstract sealed class VaultException extends RuntimeException {
    private VaultException(String message) {
        super(message);
    }

    /** The stable code for callers, upper-case with underscores. */
    public abstract String code();

    /** The vault is sealed: nothing that is sealed can be opened or written. */
    public static final class Sealed extends VaultException {
        /** With what to do about it. */
        public Sealed(String message) {
            super(message);
        }

        @Override
        public String code() {
            return "VAULT_SEALED";
        }
    }

    /** There is no such secret for this caller: absent, of another workspace, expired or not granted look the same. */
    public static final class NotAvailable extends VaultException {
        /** Says the same whatever the reason is. */
        public NotAvailable() {
            super("there is no such secret for this call");
        }

        @Override
        public String code() {
            return "SECRET_NOT_AVAILABLE";
        }
    }

    /** What is stored does not open: a row was changed, swapped or rolled back. */
    public static final class Damaged extends VaultException {
        /** With what does not open; for the log. */
        public Damaged(String message) {
            super(message);
        }

        @Override
        public String code() {
            return "SECRET_DAMAGED";
        }
    }

    /** A request that is wrong in one field. */
    public static final class Invalid extends VaultException {
        private final String field;

        /** With the field or header, and what is wrong with it. */
        public Invalid(String field, String message) {
            super(message);
            this.field = field;
        }

        /** The field or header. */
        public String field() {
            return field;
        }

        @Override
        public String code() {
            return "INVALID_REQUEST";
        }
    }

    /** Too many requests in a short time. */
    public static final class TooMany extends VaultException {
        /** With when to try again. */
        public TooMany(String message) {
            super(message);
        }

        @Override
        public String code() {
            return "TOO_MANY_REQUESTS";
        }
    }

    /** The caller is known and may not do this. */
    public static final class Forbidden extends VaultException {
        private final String code;

        /** With the stable code and what would be needed. */
        public Forbidden(String code, String message) {
            super(message);
            this.code = code;
        }

        @Override
        public String code() {
            return code;
        }
    }

    /** A join token that is unknown, used or expired; which of them is not told. */
    public static final class JoinTokenRefused extends VaultException {
        /** Says the same whatever the reason is. */
        public JoinTokenRefused() {
            super("the join token is unknown, used or expired; ask for a new one");
        }

        @Override
        public String code() {
            return "JOIN_TOKEN_REFUSED";
        }
    }

    /** A service account's token that does not count: unknown, for another audience, of an account that is nobody here. */
    public static final class ServiceAccountRefused extends VaultException {
        /** Says the same whatever the reason is. */
        public ServiceAccountRefused() {
            super("the token is none that the cluster made for this audience, or its service account is not in"
                    + " sallyport.vault.kubernetes.accounts");
        }

        @Override
        public String code() {
            return "SERVICE_ACCOUNT_REFUSED";
        }
    }
}
