package dev.sallyport.policy.policyset;

import org.jspecify.annotations.Nullable;

/** A policy set is refused. */
final class InvalidPolicySetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;
    private final int column;

    InvalidPolicySetException(String file, int line, int column, String message, @Nullable Throwable cause) {
        super(file + ":" + line + ":" + column + ": " + message, cause);
        this.file = file;
        this.line = line;
        this.column = column;
    }

    /** The file concerned. */
    String file() {
        return file;
    }

    /** The line concerned, from 1. */
    int line() {
        return line;
    }

    /** The column concerned, from 1. */
    int column() {
        return column;
    }
}
