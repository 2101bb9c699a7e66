package dev.sallyport.arguments.host;

/** A text that is no host, rule or address of the web as it is accepted here. */
public final class HostRefusedException extends Exception {
    /** With what is wrong and what to change, a sentence. */
    public HostRefusedException(String detail) {
        super(detail);
    }

    /** What is wrong and what to change, a sentence. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
