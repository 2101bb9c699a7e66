package dev.sallyport.cli.verify.bundle;

/** A file that is not an evidence bundle in its one form, so that nothing in it can be checked. */
public final class EvidenceRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public EvidenceRefusedException(String message) {
        super(message);
    }
}
