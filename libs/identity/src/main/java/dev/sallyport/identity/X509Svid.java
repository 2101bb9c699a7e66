package dev.sallyport.identity;

import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.IdentityException.CertificateRefused.Reason;
import dev.sallyport.statements.trust.FleetChain;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Validation of leaf certificates after the SPIFFE X.509-SVID specification (sections 2, 4 and 5) and RFC 5280 section
 * 6.
 */
public final class X509Svid {
    private static final int SAN_URI = 6;
    private static final int KEY_USAGE_DIGITAL_SIGNATURE = 0;
    private static final int KEY_USAGE_CERT_SIGN = 5;
    private static final int KEY_USAGE_CRL_SIGN = 6;
    private static final Set<String> TLS_PURPOSES = Set.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

    private X509Svid() {}

    /**
     * The id of the leaf, once its path leads to one of the roots and the leaf keeps the rules.
     *
     * @param chain the leaf first, then its issuers; a root at the end is ignored
     * @param roots the pinned roots
     * @param trustDomain the fleet's
     * @param at the moment the certificates must be valid at
     * @throws CertificateRefused naming the rule that is broken
     */
    public static SpiffeId verify(
            List<X509Certificate> chain, Collection<X509Certificate> roots, String trustDomain, Instant at) {
        if (chain.isEmpty()) {
            throw new CertificateRefused(Reason.CHAIN_EMPTY, "no certificate was presented");
        }
        SpiffeId id = idOf(chain.getFirst());
        if (!id.trustDomain().equals(trustDomain)) {
            throw new CertificateRefused(
                    Reason.TRUST_DOMAIN_FOREIGN, "the certificate belongs to trust domain " + id.trustDomain());
        }
        if (FleetChain.isTooLong(chain)) {
            throw new CertificateRefused(
                    Reason.UNTRUSTED, "no authority may stand between a workload's authority and the workload");
        }
        verifyPath(chain, roots, at);
        return id;
    }

    /**
     * The id that a leaf names, after the rules that need no issuer: exactly one URI SAN and that a SPIFFE id of ours,
     * CA=false, key usage and extended key usage. The path is not looked at.
     *
     * @throws CertificateRefused naming the rule that is broken
     */
    public static SpiffeId idOf(X509Certificate leaf) {
        verifyUsage(leaf);
        List<String> uris = uris(leaf);
        if (uris.isEmpty()) {
            throw new CertificateRefused(Reason.SPIFFE_ID_MISSING, "the certificate has no SPIFFE id");
        }
        if (uris.size() > 1) {
            throw new CertificateRefused(
                    Reason.SPIFFE_ID_NOT_ALONE, "the certificate has " + uris.size() + " URI names instead of one");
        }
        return SpiffeId.tryParse(uris.getFirst())
                .orElseThrow(() -> new CertificateRefused(
                        Reason.SPIFFE_ID_MALFORMED, "the certificate's URI name is no SPIFFE id of a fleet"));
    }

    private static void verifyUsage(X509Certificate leaf) {
        if (leaf.getBasicConstraints() >= 0) {
            throw new CertificateRefused(Reason.IS_A_CA, "an authority's certificate is no workload's");
        }
        boolean[] usage = leaf.getKeyUsage();
        if (usage == null
                || !usage[KEY_USAGE_DIGITAL_SIGNATURE]
                || usage[KEY_USAGE_CERT_SIGN]
                || usage[KEY_USAGE_CRL_SIGN]) {
            throw new CertificateRefused(
                    Reason.KEY_USAGE_WRONG, "key usage must hold digitalSignature and neither keyCertSign nor cRLSign");
        }
        try {
            List<String> purposes = leaf.getExtendedKeyUsage();
            if (purposes != null && !purposes.containsAll(TLS_PURPOSES)) {
                throw new CertificateRefused(
                        Reason.EXTENDED_KEY_USAGE_WRONG, "extended key usage must hold serverAuth and clientAuth");
            }
        } catch (CertificateParsingException e) {
            throw new CertificateRefused(
                    Reason.EXTENDED_KEY_USAGE_WRONG, "the certificate's extended key usage is unreadable", e);
        }
    }

    private static List<String> uris(X509Certificate leaf) {
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            List<String> uris = new ArrayList<>();
            if (names != null) {
                for (List<?> name : names) {
                    if (name.get(0).equals(SAN_URI)) {
                        uris.add(name.get(1).toString());
                    }
                }
            }
            return uris;
        } catch (CertificateParsingException e) {
            throw new CertificateRefused(Reason.SPIFFE_ID_MALFORMED, "the certificate's names are unreadable", e);
        }
    }

    private static void verifyPath(List<X509Certificate> chain, Collection<X509Certificate> roots, Instant at) {
        Set<TrustAnchor> anchors = new LinkedHashSet<>();
        for (X509Certificate root : roots) {
            anchors.add(new TrustAnchor(root, null));
        }
        List<X509Certificate> path = new ArrayList<>(chain);
        path.removeIf(roots::contains);
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            // Revocation is the fleet's signed denylist, checked for every request.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (CertPathValidatorException e) {
            throw refusal(e);
        } catch (GeneralSecurityException e) {
            throw new CertificateRefused(Reason.UNTRUSTED, "the certificate's path cannot be checked", e);
        }
    }

    private static CertificateRefused refusal(CertPathValidatorException e) {
        if (e.getReason() == BasicReason.EXPIRED) {
            return new CertificateRefused(Reason.EXPIRED, "the certificate has expired", e);
        }
        if (e.getReason() == BasicReason.NOT_YET_VALID) {
            return new CertificateRefused(Reason.NOT_YET_VALID, "the certificate is not valid yet", e);
        }
        return new CertificateRefused(Reason.UNTRUSTED, "the certificate does not lead to a trusted root", e);
    }
}
