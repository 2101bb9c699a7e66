package dev.sallyport.executor.control;

/** The node does not hold that lease any more. */
public final class LeaseLostException extends RuntimeException {
    LeaseLostException() {
        super("the lease with this fence is not held by this node");
    }
}
