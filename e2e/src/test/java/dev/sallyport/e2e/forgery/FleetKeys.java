package dev.sallyport.e2e.forgery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.testkit.Forger;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Keys that an attacker may come to hold: stolen ones, and such as the fleet's own signing CA or another's certified.
 */
final class FleetKeys {
    private final Fleet fleet;
    private final Path home;
    private final Path foreignHome;
    private final TrustRoots trust;

    /** The keys of this fleet; another one is made beside it. */
    FleetKeys(Fleet fleet) {
        this.fleet = fleet;
        this.home = fleet.home();
        this.trust = fleet.trust();
        this.foreignHome = Fleet.newHome();
        FleetCa.init(foreignHome);
    }

    String fleetId() {
        return trust.fleetId();
    }

    /** A service's or the node's id in this fleet. */
    SpiffeId id(String identity) {
        return id(identity, trust);
    }

    /** The same workload's id in the other fleet. */
    SpiffeId foreignId(String identity) {
        return id(identity, foreignTrust());
    }

    private static SpiffeId id(String identity, TrustRoots trust) {
        return identity.startsWith("node")
                ? SpiffeId.executor(trust.trustDomain(), "default", "node-1")
                : SpiffeId.service(trust.trustDomain(), identity);
    }

    String foreignFleetId() {
        return foreignTrust().fleetId();
    }

    private TrustRoots foreignTrust() {
        return TrustRoots.read(foreignHome.resolve("trust.json"));
    }

    /** The key that the workload itself uses. */
    Forger stolen(String identity) {
        return Forger.with(home.resolve("identities").resolve(identity));
    }

    /** The key of the same workload in another fleet, certified by that fleet's CA. */
    Forger foreign(String identity) {
        return Forger.with(foreignHome.resolve("identities").resolve(identity));
    }

    /** A key that this fleet's signing CA has certified for the workload, until that moment. */
    Credential certified(String identity, Instant notAfter) {
        Credential authority = Authorities.openIssuing(home.resolve("ca/issuing"), trust.fleetId(), Instant.now())
                .signing();
        KeyPair pair = KeyTypes.newSigningPair();
        X509Certificate issuer = authority.leaf();
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    X500Name.getInstance(issuer.getSubjectX500Principal().getEncoded()),
                    new BigInteger(126, new SecureRandom()).setBit(126),
                    issuer.getNotBefore(),
                    Date.from(notAfter),
                    new X500Name("CN=" + identity),
                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(
                                    GeneralName.uniformResourceIdentifier,
                                    id(identity).toString())));
            byte[] der = builder.build(new JcaContentSignerBuilder("Ed25519").build(authority.key()))
                    .getEncoded();
            X509Certificate leaf = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
            chain.addAll(authority.chain());
            return new Credential(pair.getPrivate(), chain);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the fleet's CA cannot certify", e);
        }
    }

    /** In a JSON string. */
    private static String pem(Credential credential) {
        try {
            String pem = "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(credential.leaf().getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
            return pem.replace("\n", "\\n");
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String serial(Credential credential) {
        return credential.leaf().getSerialNumber().toString(16);
    }

    /** Revokes these certificates, showing each; returns when every service keeps a denylist with all of them. */
    void revoke(Collection<Credential> stolen) {
        List<String> serials = stolen.stream().map(FleetKeys::serial).toList();
        String token = fleet.token("owner", "trust.operate");
        Api vault = new Api(fleet.url("vault-service"), token);
        for (Credential credential : stolen) {
            // vault-service has not issued it and knows no such serial number.
            Answer answer = vault.post(
                    "/v1/certificates:revoke",
                    "{\"certificate\":\"" + pem(credential) + "\",\"reason\":\"stolen\"}",
                    Map.of());
            assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
        }
        Awaitility.await("every service to know what is revoked")
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> {
                    for (String service :
                            List.of("policy-service", "approval-service", "executor-service", "attestation-service")) {
                        try (Stream<Path> files = Files.walk(fleet.home().resolve(service))) {
                            Path kept = files.filter(file -> file.endsWith("denylist.json"))
                                    .findFirst()
                                    .orElseThrow(() -> new AssertionError(service + " keeps no denylist yet"));
                            String payload = new String(
                                    Base64.getDecoder()
                                            .decode(Api.JSON
                                                    .readTree(Fleet.read(kept))
                                                    .at("/envelope/payload")
                                                    .stringValue()),
                                    UTF_8);
                            assertThat(serials).as(service).allMatch(payload::contains);
                        }
                    }
                });
    }
}
