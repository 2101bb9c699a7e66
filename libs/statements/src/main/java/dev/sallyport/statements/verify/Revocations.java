package dev.sallyport.statements.verify;

/** Which signing certificates are no longer believed. */
@FunctionalInterface
public interface Revocations {
    /** Nothing is revoked; for offline verification without a denylist. */
    Revocations NONE = chain -> false;

    /** Whether statements under this chain are refused now. */
    boolean isRevoked(SigningChain chain);
}
