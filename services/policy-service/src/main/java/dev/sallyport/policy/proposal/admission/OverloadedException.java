package dev.sallyport.policy.proposal.admission;

/** More proposals came than can be decided; the turn of this one did not come while its sender was likely to listen. */
public final class OverloadedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverloadedException() {
        super("more proposals came than can be decided");
    }
}
