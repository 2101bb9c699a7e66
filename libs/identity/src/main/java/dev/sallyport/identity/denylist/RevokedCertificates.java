package dev.sallyport.identity.denylist;

import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.X509Certificate;

/** Who asks whether a peer's certificate still counts needs to know no more of the denylist than this. */
@FunctionalInterface
public interface RevokedCertificates {
    /** Whether this certificate, its SPIFFE id as a whole, or the authority that signed it is revoked. */
    boolean isRevoked(X509Certificate leaf, SpiffeId id);
}
