package dev.sallyport.policy.authzen;

/** Properties that cannot be written as texts without one meaning another. */
final class UnusablePropertiesException extends Exception {
    private static final long serialVersionUID = 1L;
}
