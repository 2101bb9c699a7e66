package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * The certificate that a leaf was signed under.
 *
 * @param digest SHA-256 of its DER
 * @param keyDigest SHA-256 of its SubjectPublicKeyInfo, the key id of envelopes
 * @param serial serial number, hexadecimal
 * @param chain base64 of DER: the certificate and those above it, without the pinned root
 */
record SigningCertificate(
        Digest digest,
        Digest keyDigest,
        String serial,
        SpiffeId id,
        Instant notBefore,
        Instant notAfter,
        List<String> chain) {
    SigningCertificate {
        chain = List.copyOf(chain);
    }

    /** The certificate that a statement was signed under. */
    static SigningCertificate of(X509Certificate leaf, SpiffeId id, SignedStatement signed) {
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
}
