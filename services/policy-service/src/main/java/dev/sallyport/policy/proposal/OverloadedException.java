package dev.sallyport.policy.proposal;

/** More proposals came than can be decided; this one's turn did not come while its sender listens. */
public final class OverloadedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverloadedException() {
        super("more proposals came than can be decided");
    }
}
