package dev.sallyport.executor.node;

/** What control handed over is not something that this node may act on; nothing has run and nothing is testified. */
final class ClaimRefusedException extends Exception {
    ClaimRefusedException(String message) {
        super(message);
    }
}
