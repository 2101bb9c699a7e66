package dev.sallyport.attestation.detail;

import dev.sallyport.statements.Digest;

/** A detail under its subject's data key. */
public final class SealedDetail {
    private final Digest digest;
    private final String subject;
    private final long size;
    private final byte[] sealed;

    SealedDetail(Digest digest, String subject, long size, byte[] sealed) {
        this.digest = digest;
        this.subject = subject;
        this.size = size;
        this.sealed = sealed;
    }

    Digest digest() {
        return digest;
    }

    String subject() {
        return subject;
    }

    long size() {
        return size;
    }

    byte[] sealed() {
        return sealed.clone();
    }
}
