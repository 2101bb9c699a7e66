package dev.sallyport.servicekit.identity;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** The SPIFFE id of a peer whose chain TLS has verified already. */
public final class CertificateIds {
    private CertificateIds() {}

    /**
     * The id; null when the leaf breaks the X.509-SVID rules or is of another trust domain. It never throws, because
     * whoever asks is in the middle of a request.
     */
    public static @Nullable SpiffeId read(X509Certificate leaf, String trustDomain) {
        try {
            SpiffeId id = X509Svid.idOf(leaf);
            return id.trustDomain().equals(trustDomain) ? id : null;
        } catch (IdentityException e) {
            return null;
        }
    }
}
