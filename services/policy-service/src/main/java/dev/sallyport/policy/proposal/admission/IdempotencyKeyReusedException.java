package dev.sallyport.policy.proposal.admission;

/** The client's key stands for another body. */
public final class IdempotencyKeyReusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IdempotencyKeyReusedException() {
        super("This `Idempotency-Key` was used with a different body within the last 24 hours. Use a new key.");
    }
}
