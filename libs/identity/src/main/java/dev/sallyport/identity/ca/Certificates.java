package dev.sallyport.identity.ca;

import dev.sallyport.identity.AlternativeNames;
import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The exact form of every certificate of the fleet (RFC 5280; SPIFFE X.509-SVID for leaves and authorities). */
final class Certificates {
    private static final SecureRandom RANDOM = new SecureRandom();
    static final Duration BACKDATED = Duration.ofMinutes(1);
    private static final X500Name NOBODY_IN_PARTICULAR = new X500Name("O=Sallyport");

    private Certificates() {}

    /** A root, its own issuer. */
    static X509Certificate root(KeyPair pair, String name, String trustDomain, Instant now, Duration life) {
        X500Name subject = commonName(name);
        return authority(pair.getPublic(), subject, 1, trustDomain, subject, pair, now, life);
    }

    /** An issuing authority under a root; it cannot make further authorities. */
    static X509Certificate issuing(
            Credential root, PublicKey key, String name, String trustDomain, Instant now, Duration life) {
        KeyPair rootPair = new KeyPair(root.leaf().getPublicKey(), root.key());
        return authority(key, commonName(name), 0, trustDomain, subjectOf(root), rootPair, now, life);
    }

    static X509Certificate tlsLeaf(Credential issuer, CertificateRequest request, Instant now, Duration life) {
        GeneralNames names = AlternativeNames.of(request.id().toString(), request.dnsNames(), request.addresses());
        X509v3CertificateBuilder builder =
                builder(subjectOf(issuer), subject(request.id()), request.key(), now, life, issuer.leaf());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
                    .addExtension(Extension.subjectAlternativeName, false, names);
            identifyKeys(builder, request.key(), issuer.leaf().getPublicKey());
            return sign(builder, issuer);
        } catch (IOException e) {
            throw new IllegalStateException("a certificate cannot be encoded", e);
        }
    }

    static X509Certificate signingLeaf(Credential issuer, CertificateRequest request, Instant now, Duration life) {
        GeneralNames names = AlternativeNames.of(request.id().toString(), Set.of(), Set.of());
        X509v3CertificateBuilder builder =
                builder(subjectOf(issuer), subject(request.id()), request.key(), now, life, issuer.leaf());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.subjectAlternativeName, false, names);
            identifyKeys(builder, request.key(), issuer.leaf().getPublicKey());
            return sign(builder, issuer);
        } catch (IOException e) {
            throw new IllegalStateException("a certificate cannot be encoded", e);
        }
    }

    private static X509Certificate authority(
            PublicKey key,
            X500Name subject,
            int authoritiesBelow,
            String trustDomain,
            X500Name issuer,
            KeyPair issuerPair,
            Instant now,
            Duration life) {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuer,
                serial(),
                Date.from(now.minus(BACKDATED)),
                Date.from(now.plus(life)),
                subject,
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authoritiesBelow))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            AlternativeNames.of("spiffe://" + trustDomain, Set.of(), Set.of()));
            identifyKeys(builder, key, issuerPair.getPublic());
            return built(builder, issuerPair);
        } catch (IOException e) {
            throw new IllegalStateException("a certificate cannot be encoded", e);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration life, X509Certificate authority) {
        Instant end = now.plus(life).minus(BACKDATED);
        Instant authorityEnd = authority.getNotAfter().toInstant();
        return new X509v3CertificateBuilder(
                issuer,
                serial(),
                Date.from(now.minus(BACKDATED)),
                Date.from(end.isBefore(authorityEnd) ? end : authorityEnd),
                subject,
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
    }

    private static void identifyKeys(X509v3CertificateBuilder builder, PublicKey key, PublicKey issuer)
            throws IOException {
        try {
            JcaX509ExtensionUtils keys = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.subjectKeyIdentifier, false, keys.createSubjectKeyIdentifier(key));
            builder.addExtension(Extension.authorityKeyIdentifier, false, keys.createAuthorityKeyIdentifier(issuer));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1 for key identifiers", e);
        }
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, Credential issuer) throws IOException {
        return built(builder, new KeyPair(issuer.leaf().getPublicKey(), issuer.key()));
    }

    private static X509Certificate built(X509v3CertificateBuilder builder, KeyPair issuer) throws IOException {
        try {
            ContentSigner signer =
                    new JcaContentSignerBuilder(KeyTypes.signatureOf(issuer.getPublic())).build(issuer.getPrivate());
            return Pem.certificate(builder.build(signer).getEncoded());
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("an authority's key cannot sign", e);
        }
    }

    /**
     * Kafka's and PostgreSQL's access rules go by common name, so only services and infrastructure have one: a device
     * that calls itself policy-service gets none.
     */
    private static X500Name subject(SpiffeId id) {
        return switch (id.kind()) {
            case SERVICE, INFRA -> commonName(id.name());
            case EXECUTOR, DEVICE, AGENT -> NOBODY_IN_PARTICULAR;
        };
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder().addRDN(BCStyle.CN, name).build();
    }

    private static X500Name subjectOf(Credential authority) {
        return X500Name.getInstance(authority.leaf().getSubjectX500Principal().getEncoded());
    }

    /** 126 random bits, positive, at most 16 bytes (RFC 5280 section 4.1.2.2). */
    private static BigInteger serial() {
        return new BigInteger(126, RANDOM).setBit(126);
    }
}
