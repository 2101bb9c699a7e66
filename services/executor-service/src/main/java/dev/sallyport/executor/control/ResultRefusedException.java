package dev.sallyport.executor.control;

/** A node's result that nobody could accept. */
public final class ResultRefusedException extends RuntimeException {
    ResultRefusedException(String message) {
        super(message);
    }
}
