package dev.sallyport.executor.control;

/** The node does not hold that lease any more. */
public final class LeaseLostException extends RuntimeException {
    LeaseLostException() {
        super("this node has not claimed the call");
    }
}
