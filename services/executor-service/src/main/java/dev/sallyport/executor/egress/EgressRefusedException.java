package dev.sallyport.executor.egress;

import java.io.IOException;

/** A connection or a request that is not let through. */
public final class EgressRefusedException extends IOException {
    /** Why. The constants' names are the words in statements. */
    public enum Reason {
        /** The permit does not name this port of this host, or the node's operator denies it. */
        HOST_NOT_PERMITTED,
        /** What is asked for is no name of a host. */
        HOST_MALFORMED,
        /** The name has no address now. */
        NAME_NOT_RESOLVED,
        /** The name leads to an address that is not public, or is the fleet's own. */
        ADDRESS_REFUSED,
        /** The host does not answer, or breaks off. */
        NOT_REACHED,
        /** The host's certificate is not that of its name. */
        SERVER_NOT_PROVEN,
        /** A connection begins with another name than that which it was asked for by, or with none. */
        OTHER_SERVER_NAME,
        /** Too many different names of hosts: each of them is a message to whoever answers for it. */
        TOO_MANY_NAMES,
        /** Too many connections, at once or all together. */
        TOO_MANY_CONNECTIONS,
        /** More requests with this secret to this host, in this minute, than a node sends. */
        RATE_EXCEEDED,
        /** More bytes than one call may send and receive. */
        BYTES_EXCEEDED,
        /** No request of HTTP/1.1, or one that two readers could understand differently. */
        MALFORMED_MESSAGE,
        /** A secret was to be sent to a host that it is not for, or in another place than a field of the request. */
        SECRET_ELSEWHERE,
        /** The answer of a host that was sent a secret is compressed, so nobody can see whether it repeats it. */
        ANSWER_ENCODED,
        /** A host that was sent a secret answers with a part: one that is short enough would hide its echo. */
        ANSWER_PARTIAL
    }

    private final Reason reason;

    /** With a sentence that says what is wrong and what to change. */
    public EgressRefusedException(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** What is wrong and what to change; it names no address. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
