package dev.sallyport.executor.egress.http;

import java.io.IOException;

/** Bytes that are no message of HTTP/1.1, or one that two readers could understand differently. */
public final class MalformedMessageException extends IOException {
    /** With what is wrong, a sentence. */
    public MalformedMessageException(String detail) {
        super(detail);
    }
}
