package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.verify.VerifiedStatement;

/**
 * A verified statement on its way into the log. It becomes a leaf unless it is one already.
 *
 * @param signed the envelope and its certificates
 * @param certificate the certificate it was signed under
 */
public record LeafCandidate(SignedStatement signed, SigningCertificate certificate) {
    /** A statement that has been verified. */
    public static LeafCandidate of(VerifiedStatement verified) {
        var chain = verified.chain();
        return new LeafCandidate(verified.signed(), SigningCertificate.of(chain.leaf(), chain.id(), verified.signed()));
    }

    /** The identity of the statement. */
    public Digest digest() {
        return signed.digest();
    }
}
