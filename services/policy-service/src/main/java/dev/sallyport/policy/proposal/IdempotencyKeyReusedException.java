package dev.sallyport.policy.proposal;

/** The client's key stands for another body. */
public final class IdempotencyKeyReusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IdempotencyKeyReusedException() {
        super("the Idempotency-Key was used with another body within 24 hours");
    }
}
