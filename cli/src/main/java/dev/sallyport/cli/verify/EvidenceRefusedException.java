package dev.sallyport.cli.verify;

/** A file that is not an evidence bundle in its one form, so that nothing in it can be checked. */
final class EvidenceRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    EvidenceRefusedException(String message) {
        super(message);
    }
}
