package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.VerifiedStatement;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * A verified statement on its way into the log.
 *
 * @param signed the envelope and its certificates
 * @param certificate the certificate it was signed under
 */
public record Testimony(SignedStatement signed, SigningCertificate certificate) {

    /** Of a statement that has been verified. */
    public static Testimony of(VerifiedStatement verified) {
        var chain = verified.chain();
        return new Testimony(verified.signed(), certificate(chain.leaf(), chain.id(), verified.signed()));
    }

    static SigningCertificate certificate(X509Certificate leaf, SpiffeId id, SignedStatement signed) {
        try {
            return new SigningCertificate(
                    Digest.of(leaf.getEncoded()),
                    Digest.of(leaf.getPublicKey().getEncoded()),
                    leaf.getSerialNumber().toString(16),
                    id,
                    leaf.getNotBefore().toInstant(),
                    leaf.getNotAfter().toInstant(),
                    signed.certificates());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was decoded can be encoded", e);
        }
    }

    /** The identity of the statement. */
    public Digest digest() {
        return signed.digest();
    }
}
