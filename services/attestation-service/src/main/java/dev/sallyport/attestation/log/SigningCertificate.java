package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
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
public record SigningCertificate(
        Digest digest,
        Digest keyDigest,
        String serial,
        SpiffeId id,
        Instant notBefore,
        Instant notAfter,
        List<String> chain) {
    /** Copies the list. */
    public SigningCertificate {
        chain = List.copyOf(chain);
    }
}
