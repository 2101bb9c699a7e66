package dev.sallyport.statements.verify;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** A signing CA of one fleet, made for a test. */
final class TestAuthority {
    static final String DOMAIN = "test.sallyport";

    private static long serial = 1;

    private static final String ROOT = "CN=root";

    final String fleetId;
    private final KeyPair rootKey;
    private final X509Certificate root;

    TestAuthority(String fleetId) {
        this.fleetId = fleetId;
        try {
            rootKey = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            root = certificate(
                    ROOT, rootKey, ROOT, rootKey, List.of(), true, Instant.now().minus(Duration.ofDays(60)), 3650);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    TrustRoots trust() {
        return new TrustRoots(1, fleetId, DOMAIN, List.of(pem(root)), List.of(pem(root)), List.of());
    }

    /** The roots of a later step: of these authorities, and issuing certificates below roots that have been retired. */
    TrustRoots later(int step, List<TestAuthority> trusted, List<String> past) {
        List<String> roots =
                trusted.stream().map(authority -> pem(authority.root)).toList();
        return new TrustRoots(2, fleetId, DOMAIN, roots, roots, List.of(), step, past, past, List.of());
    }

    byte[] step(TrustRoots before, TrustRoots after) {
        return new TrustStep(Instant.now(), after).sign(before, root, rootKey.getPrivate());
    }

    /** A step whose signature is this authority's and whose key id is another's. */
    byte[] stepInTheNameOf(TestAuthority other, TrustRoots before, TrustRoots after) {
        return new TrustStep(Instant.now(), after).sign(before, other.root, rootKey.getPrivate());
    }

    StatementSigner signer(SpiffeId id) {
        return holder(id).signer();
    }

    StatementSigner signer(List<String> uris, Instant notBefore, int days) {
        return holder(uris, notBefore, days).signer();
    }

    Holder holder(SpiffeId id) {
        return holder(List.of(id.toString()), Instant.now().minus(Duration.ofDays(1)), 30);
    }

    private Holder holder(List<String> uris, Instant notBefore, int days) {
        try {
            KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new Holder(key, certificate(ROOT, rootKey, "CN=signer", key, uris, false, notBefore, days));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key with a certificate for TLS, as devices have. */
    Holder forTls(SpiffeId id, Instant notBefore, int days) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair key = generator.generateKeyPair();
            return new Holder(
                    key, certificate(ROOT, rootKey, "CN=device", key, List.of(id.toString()), false, notBefore, days));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key with its certificate, which also signs what a signer would not. */
    record Holder(KeyPair key, X509Certificate certificate) {
        StatementSigner signer() {
            return new StatementSigner(key.getPrivate(), List.of(certificate));
        }

        SignedStatement sign(byte[] payload) {
            try {
                byte[] signature = Ed25519.sign(key.getPrivate(), Envelope.preAuthenticationEncoding(payload));
                Digest keyId = Digest.of(key.getPublic().getEncoded());
                String encoded = Base64.getEncoder().encodeToString(certificate.getEncoded());
                return new SignedStatement(new Envelope(payload, keyId, signature), List.of(encoded));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * A signer whose certificate is of an authority below the root.
     *
     * @param authorities how many stand between, all of one name: validation counts only the first (RFC 5280, 6.1.4 (l))
     */
    StatementSigner signerBelow(SpiffeId id, int authorities) {
        try {
            Instant start = Instant.now().minus(Duration.ofDays(1));
            List<X509Certificate> chain = new ArrayList<>();
            String issuer = ROOT;
            KeyPair issuerKey = rootKey;
            for (int i = 0; i < authorities; i++) {
                KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                chain.addFirst(certificate(issuer, issuerKey, "CN=issuing", key, List.of(), true, start, 30));
                issuer = "CN=issuing";
                issuerKey = key;
            }
            KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            chain.addFirst(certificate(issuer, issuerKey, "CN=signer", key, List.of(id.toString()), false, start, 30));
            return new StatementSigner(key.getPrivate(), chain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate certificate(
            String issuer,
            KeyPair issuerKey,
            String name,
            KeyPair subject,
            List<String> uris,
            boolean ca,
            Instant notBefore,
            int days) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal(issuer),
                    BigInteger.valueOf(serial++),
                    Date.from(notBefore),
                    Date.from(notBefore.plus(Duration.ofDays(days))),
                    new X500Principal(name),
                    subject.getPublic());
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    ca && !issuer.equals(name) && issuer.equals(ROOT)
                            ? new BasicConstraints(0)
                            : new BasicConstraints(ca));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(ca ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
            if (!uris.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(uris.stream()
                                .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
                                .toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("Ed25519").build(issuerKey.getPrivate())));
        } catch (OperatorCreationException | IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return pem(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(byte[] certificate) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject("CERTIFICATE", certificate));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }
}
