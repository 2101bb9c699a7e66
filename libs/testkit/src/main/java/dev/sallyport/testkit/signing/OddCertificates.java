package dev.sallyport.testkit.signing;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate that no authority of the fleet would issue, under any authority's key.
 *
 * @param subject its subject
 * @param uris its URI names
 * @param notBefore from when it is valid, for a day
 * @param authority whether it says CA=true
 * @param purposes its extended key usage; none when empty
 */
public record OddCertificates(
        String subject, List<String> uris, Instant notBefore, boolean authority, List<KeyPurposeId> purposes) {
    private static final List<KeyPurposeId> USUAL =
            List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);

    /** With these URI names, valid from then on, under the test fleet's own issuing authority. */
    public static Credential of(Instant notBefore, String... uris) {
        TestFleet fleet = TestFleet.shared();
        Path issuing = fleet.ca().layout().issuing();
        Credential issuer = Authorities.openIssuing(issuing, fleet.trust().fleetId(), Instant.now())
                .tls();
        return naming(uris).from(notBefore).by(issuer);
    }

    /** In order but for its names. */
    public static OddCertificates naming(String... uris) {
        return new OddCertificates("O=Odd", List.of(uris), Instant.now().minusSeconds(60), false, USUAL);
    }

    /** The same with another subject. */
    public OddCertificates withSubject(String name) {
        return new OddCertificates(name, uris, notBefore, authority, purposes);
    }

    /** The same, valid for a day from then on. */
    public OddCertificates from(Instant start) {
        return new OddCertificates(subject, uris, start, authority, purposes);
    }

    /** The same, saying that it is an authority's. */
    public OddCertificates asAuthority() {
        return new OddCertificates(subject, uris, notBefore, true, purposes);
    }

    /** The same with this extended key usage alone. */
    public OddCertificates forPurposes(KeyPurposeId... only) {
        return new OddCertificates(subject, uris, notBefore, authority, List.of(only));
    }

    private int usage() {
        return authority ? KeyUsage.digitalSignature | KeyUsage.keyCertSign : KeyUsage.digitalSignature;
    }

    /**
     * An authority of the thief's own, below one whose key was stolen: it has that one's name, so validation does not
     * count it against {@code pathLenConstraint} (RFC 5280, 6.1.4 (l)).
     */
    public static Credential authorityBelow(Credential stolen) {
        return naming().withSubject(stolen.leaf().getSubjectX500Principal().getName())
                .forPurposes()
                .asAuthority()
                .by(stolen);
    }

    /** Signed with that authority's key. */
    public Credential by(Credential issuer) {
        try {
            KeyPair pair = KeyTypes.newTlsPair();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer.leaf(),
                    new BigInteger(100, new SecureRandom()),
                    Date.from(notBefore),
                    Date.from(notBefore.plus(Duration.ofDays(1))),
                    new X500Name(subject),
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage()));
            if (!purposes.isEmpty()) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0])));
            }
            if (!uris.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(uris.stream()
                                .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
                                .toArray(GeneralName[]::new)));
            }
            List<X509Certificate> chain = new ArrayList<>();
            chain.add(new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(
                                    KeyTypes.signatureOf(issuer.leaf().getPublicKey()))
                            .build(issuer.key()))));
            chain.addAll(issuer.chain());
            return new Credential(pair.getPrivate(), chain);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
