package dev.sallyport.skills.module;

/** Bytes that are no WebAssembly module as its binary format says. */
final class MalformedModuleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String detail;

    MalformedModuleException(String detail) {
        super(detail);
        this.detail = detail;
    }

    String detail() {
        return detail;
    }
}
