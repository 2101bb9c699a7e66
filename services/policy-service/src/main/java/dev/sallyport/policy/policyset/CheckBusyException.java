package dev.sallyport.policy.policyset;

/** Other sets are being checked, and the turn of this one did not come. */
public final class CheckBusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CheckBusyException() {
        super("Other policy sets are being checked. Retry after the number of seconds in Retry-After.");
    }
}
