package dev.sallyport.deploy.containers;

/** Something that Docker refused or that did not start; the message says it to people. */
final class ContainersException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ContainersException(String message) {
        super(message);
    }

    ContainersException(String message, Throwable cause) {
        super(message, cause);
    }
}
