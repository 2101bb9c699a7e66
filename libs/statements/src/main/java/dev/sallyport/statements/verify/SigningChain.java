package dev.sallyport.statements.verify;

import dev.sallyport.statements.trust.FleetChain;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A signer's certificate chain that has been validated up to a pinned signing root (RFC 5280), with the time in which all
 * of it is valid.
 *
 * @param id the one SPIFFE id of the leaf
 * @param key the leaf's Ed25519 key
 * @param leaf the leaf
 * @param serials serial numbers (hexadecimal) of the leaf and the certificates above it
 * @param notBefore latest start of validity in the chain
 * @param notAfter earliest end of validity in the chain
 */
public record SigningChain(
        SpiffeId id, PublicKey key, X509Certificate leaf, List<String> serials, Instant notBefore, Instant notAfter) {
    private static final int URI_NAME = 6;

    /** Copies the list. */
    public SigningChain {
        serials = List.copyOf(serials);
    }

    /** Validates a chain; {@link GeneralSecurityException} says why it is not to be trusted. */
    static SigningChain validate(List<String> base64Der, Set<TrustAnchor> roots) throws GeneralSecurityException {
        List<X509Certificate> certificates = parse(base64Der);
        if (FleetChain.isTooLong(certificates)) {
            throw new CertificateException("no authority may stand between a signer's authority and the signer");
        }
        X509Certificate leaf = certificates.getFirst();
        if (leaf.getBasicConstraints() != -1) {
            throw new CertificateException("a CA certificate does not sign statements");
        }
        boolean[] usage = leaf.getKeyUsage();
        if (usage == null || !usage[0]) {
            throw new CertificateException("the certificate is not for digital signatures");
        }
        SpiffeId id = spiffeId(leaf).orElseThrow(() -> new CertificateException("not exactly one SPIFFE id"));
        Instant notBefore = certificates.stream()
                .map(certificate -> certificate.getNotBefore().toInstant())
                .reduce((a, b) -> a.isAfter(b) ? a : b)
                .orElseThrow();
        Instant notAfter = certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .reduce((a, b) -> a.isBefore(b) ? a : b)
                .orElseThrow();
        // An issuing authority below a retired root is trusted by itself, for what it has issued and for no authority
        // below it: such a one would be named by no revocation.
        Set<TrustAnchor> named =
                anchors(roots, anchor -> certificates.stream().skip(1).anyMatch(anchor::equals));
        PKIXParameters parameters = new PKIXParameters(named.isEmpty() ? anchors(roots, SigningChain::isRoot) : named);
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(notBefore));
        List<X509Certificate> path = named.isEmpty() ? certificates : List.of(leaf);
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        List<String> serials = certificates.stream()
                .map(certificate -> certificate.getSerialNumber().toString(16))
                .toList();
        return new SigningChain(id, leaf.getPublicKey(), leaf, serials, notBefore, notAfter);
    }

    private static Set<TrustAnchor> anchors(Set<TrustAnchor> all, Predicate<X509Certificate> which) {
        return all.stream()
                .filter(anchor -> which.test(anchor.getTrustedCert()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isRoot(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    /** The SPIFFE id in a certificate; {@link GeneralSecurityException} when it is none. */
    static Optional<SpiffeId> leafId(String base64Der) throws GeneralSecurityException {
        return spiffeId(parse(List.of(base64Der)).getFirst());
    }

    private static List<X509Certificate> parse(List<String> base64Der) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (String der : base64Der) {
            byte[] bytes = Base64.getDecoder().decode(der);
            X509Certificate certificate =
                    (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes));
            if (!Arrays.equals(certificate.getEncoded(), bytes)) {
                throw new CertificateException("something follows the certificate");
            }
            if (!signatureIsWholeBytes(certificate)) {
                throw new CertificateException("the signature is not encoded as a row of bytes");
            }
            certificates.add(certificate);
        }
        return certificates;
    }

    /**
     * Whether the certificate's last bit string has no unused bits (X.690, 8.6.2.2). That count is the one byte of a
     * certificate that nobody signs: with another one where the last bits happen to be 0, it would be the same
     * certificate in other bytes.
     */
    public static boolean signatureIsWholeBytes(X509Certificate certificate) throws CertificateException {
        byte[] der = certificate.getEncoded();
        byte[] signature = certificate.getSignature();
        int start = der.length - signature.length;
        return start > 0
                && der[start - 1] == 0
                && Arrays.equals(der, start, der.length, signature, 0, signature.length);
    }

    /** The certificate's SPIFFE id if it has exactly one URI name and that is one (X.509-SVID, section 2). */
    public static Optional<SpiffeId> spiffeId(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            Set<String> uris = names.stream()
                    .filter(name -> Integer.valueOf(URI_NAME).equals(name.get(0)))
                    .map(name -> (String) name.get(1))
                    .collect(Collectors.toSet());
            long count = names.stream()
                    .filter(name -> Integer.valueOf(URI_NAME).equals(name.get(0)))
                    .count();
            return count == 1 ? SpiffeId.tryParse(uris.iterator().next()) : Optional.empty();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }

    /** Whether the whole chain was valid at that time. */
    public boolean validAt(Instant instant) {
        return !instant.isBefore(notBefore) && !instant.isAfter(notAfter);
    }
}
