package dev.sallyport.statements.record;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Envelope;
import java.util.List;

/**
 * An envelope and the certificates that its signature is checked with.
 *
 * @param envelope the statement in its envelope
 * @param certificates the signer's certificate and its chain up to, without, the pinned root; base64 of DER
 */
public record SignedStatement(Envelope envelope, List<String> certificates) {
    /** Copies the list. */
    public SignedStatement {
        certificates = List.copyOf(certificates);
    }

    /** The identity of the statement. */
    public Digest digest() {
        return envelope.digest();
    }
}
