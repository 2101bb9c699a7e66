package dev.sallyport.identity;

import java.math.BigInteger;
import java.security.KeyPair;
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
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that, unlike ours, makes any certificate one asks for: also the wrong ones. */
final class TestAuthority {
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final X500Name name;
    private final KeyPair pair = KeyTypes.newTlsPair();
    private final X509Certificate certificate;

    /** A root. */
    TestAuthority() {
        this.name = new X500Name("CN=test root");
        this.certificate = certified(this, new BasicConstraints(true));
    }

    private TestAuthority(String name, TestAuthority issuer) {
        this.name = new X500Name(name);
        this.certificate = certified(issuer, new BasicConstraints(0));
    }

    /** One that this one vouches for, and that may vouch for no other. */
    TestAuthority under(String ofName) {
        return new TestAuthority(ofName, this);
    }

    private X509Certificate certified(TestAuthority issuer, BasicConstraints constraints) {
        try {
            return issuer.build(
                    pair,
                    name,
                    NOW.minus(Duration.ofDays(1)),
                    NOW.plus(Duration.ofDays(3650)),
                    builder -> builder.addExtension(Extension.basicConstraints, true, constraints)
                            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    X509Certificate root() {
        return certificate;
    }

    /** What a leaf is made of; the defaults make a good one. */
    static final class Leaf {
        KeyPair pair = KeyTypes.newTlsPair();
        List<String> uris = new ArrayList<>(List.of("spiffe://fleet.sallyport/service/policy-service"));
        boolean authority;
        int usage = KeyUsage.digitalSignature;
        List<KeyPurposeId> purposes =
                new ArrayList<>(List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth));
        Instant from = NOW.minus(Duration.ofHours(1));
        Instant to = NOW.plus(Duration.ofHours(1));
    }

    X509Certificate issue(Leaf leaf) {
        try {
            return build(leaf.pair, new X500Name("CN=leaf"), leaf.from, leaf.to, builder -> {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(leaf.authority));
                if (leaf.usage != 0) {
                    builder.addExtension(Extension.keyUsage, true, new KeyUsage(leaf.usage));
                }
                if (!leaf.purposes.isEmpty()) {
                    builder.addExtension(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(leaf.purposes.toArray(KeyPurposeId[]::new)));
                }
                if (!leaf.uris.isEmpty()) {
                    builder.addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(leaf.uris.stream()
                                    .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
                                    .toArray(GeneralName[]::new)));
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Extensions {
        void add(X509v3CertificateBuilder builder) throws Exception;
    }

    private X509Certificate build(KeyPair subject, X500Name ofName, Instant from, Instant to, Extensions extensions)
            throws Exception {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                name,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(from),
                Date.from(to),
                ofName,
                SubjectPublicKeyInfo.getInstance(subject.getPublic().getEncoded()));
        extensions.add(builder);
        return Pem.certificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                .getEncoded());
    }
}
