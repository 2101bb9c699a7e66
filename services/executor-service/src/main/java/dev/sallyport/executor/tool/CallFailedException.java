package dev.sallyport.executor.tool;

/** A built-in tool could not do what it was asked for. */
final class CallFailedException extends Exception {
    private final String code;

    /** With a word for programs and a sentence for people. */
    CallFailedException(String code, String detail) {
        super(detail);
        this.code = code;
    }

    String code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
