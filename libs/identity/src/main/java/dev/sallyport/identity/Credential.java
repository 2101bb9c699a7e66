package dev.sallyport.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key with the certificate for it and that certificate's issuers, up to but without the root.
 *
 * @param key the private key; never printed
 * @param chain the leaf first, then its issuers; not empty
 */
public record Credential(PrivateKey key, List<X509Certificate> chain) {
    /** Refuses a key that is not the leaf's with {@link IdentityException.CertificateRefused}. */
    public Credential {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IdentityException.CertificateRefused(
                    IdentityException.CertificateRefused.Reason.CHAIN_EMPTY, "a credential without a certificate");
        }
        if (!KeyTypes.match(key, chain.getFirst().getPublicKey())) {
            throw new IdentityException.CertificateRefused(
                    IdentityException.CertificateRefused.Reason.KEY_MISMATCH,
                    "the private key is not that of the certificate "
                            + chain.getFirst().getSubjectX500Principal());
        }
    }

    /** The certificate itself. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    @Override
    public String toString() {
        return "Credential[" + leaf().getSubjectX500Principal() + ", serial "
                + leaf().getSerialNumber().toString(16) + "]";
    }
}
