package dev.sallyport.policy.permit;

/** Whether a call may use its secrets cannot be said now: the vault is sealed, away or too slow. */
public final class SecretsUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what the vault answered, or why it did not. */
    public SecretsUnavailableException(Throwable cause) {
        super("vault-service did not resolve secrets", cause);
    }
}
