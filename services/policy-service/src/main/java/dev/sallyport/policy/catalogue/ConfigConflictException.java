package dev.sallyport.policy.catalogue;

/** Somebody else has changed the configuration since it was read. The message is for the caller. */
public final class ConfigConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigConflictException(int current) {
        super("Version " + current + " is the current one. Read it, and change that one.");
    }
}
