package dev.sallyport.statements.trust;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Collection;

/**
 * The form of every chain that a fleet issues: a workload's certificate, and below the root that of the authority which
 * issued it.
 *
 * <p>An authority's {@code pathLenConstraint} of 0 does not say so much. Validation does not count certificates whose
 * issuer and subject are the same name (RFC 5280, 6.1.4 (l)), so whoever has a stolen authority's key can put an
 * authority of their own below it. A revocation names authorities of the fleet; that one it would not know.
 */
public final class FleetChain {
    private static final int LONGEST = 2;

    private FleetChain() {}

    /**
     * Whether a chain is longer than any that the fleet issues. Such a chain is refused, whatever it leads to.
     *
     * @param chain as its holder shows it; a root at its end is not counted
     */
    public static boolean isTooLong(Collection<X509Certificate> chain) {
        return chain.size() > LONGEST
                && chain.stream()
                                .filter(certificate -> !isSignedByItself(certificate))
                                .count()
                        > LONGEST;
    }

    private static boolean isSignedByItself(X509Certificate certificate) {
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
