package dev.sallyport.policy.catalogue;

/** The configuration was changed by somebody else meanwhile. */
public final class ConfigConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int current;

    ConfigConflictException(int current) {
        super("version " + current + " is the current one; read it and try again");
        this.current = current;
    }

    /** The version that counts now. */
    public int current() {
        return current;
    }
}
