package dev.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.SignedRevocationList;
import dev.sallyport.identity.protect.FileKeyProtector;
import dev.sallyport.identity.protect.SealedFile;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.io.TempDir;

/** Hostile bytes in the place of certificates, keys, requests, denylists and sealed files. */
class IdentityFuzzTest {
    private static final Instant NOW = TestAuthority.NOW;
    private static final SpiffeId ID = SpiffeId.service("fleet.sallyport", "policy-service");

    private final TestAuthority authority = new TestAuthority();
    private final X509Certificate leaf = authority.issue(new TestAuthority.Leaf());

    @TempDir
    private Path temp;

    @FuzzTest
    void certificatesInPemAreThoseThatTheJdkReads() {
        Fuzz.target("pem-certificates")
                .samples(Pem.ofCertificates(List.of(leaf, authority.root())), Pem.ofCertificates(List.of(leaf)))
                .refusing(IdentityException.class)
                .run(input -> {
                    List<X509Certificate> read = Pem.certificates(input);
                    assertThat(Pem.certificates(Pem.ofCertificates(read))).isEqualTo(read);
                    assertThat(CertificateFactory.getInstance("X.509")
                                    .generateCertificates(new ByteArrayInputStream(Pem.ofCertificates(read))))
                            .hasSameSizeAs(read);
                });
    }

    @FuzzTest
    void aChangedCertificateIdentifiesNobody() throws Exception {
        byte[] genuine = leaf.getEncoded();
        Fuzz.target("leaf-certificate")
                .samples(genuine)
                .refusing(IdentityException.class)
                .run(input -> {
                    X509Certificate certificate = Pem.certificate(input);
                    X509Svid.verify(List.of(certificate), List.of(authority.root()), "fleet.sallyport", NOW);
                    assertThat(input).isEqualTo(genuine);
                });
    }

    @FuzzTest
    void aPrivateKeyIsReadOrRefused() {
        Fuzz.target("private-key")
                .samples(
                        Pem.ofPrivateKey(KeyTypes.newTlsPair().getPrivate()),
                        Pem.ofPrivateKey(KeyTypes.newSigningPair().getPrivate()))
                .refusing(IdentityException.class)
                .run(input -> assertThat(Pem.privateKey(input).getAlgorithm()).isIn("EC", "Ed25519", "EdDSA"));
    }

    @FuzzTest
    void aRequestProvesWhatItAsksFor() throws Exception {
        KeyPair tls = KeyTypes.newTlsPair();
        KeyPair signing = KeyTypes.newSigningPair();
        Set<InetAddress> addresses = Set.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));
        Fuzz.target("certification-request")
                .samples(
                        CertificateRequest.create(tls, ID, Set.of("policy-service"), addresses),
                        CertificateRequest.create(signing, ID, Set.of(), Set.of()))
                .refusing(IdentityException.class)
                .longest(12 * 1024)
                .run(input -> {
                    CertificateRequest read = CertificateRequest.parse(input);
                    assertThat(read.key()).isIn(tls.getPublic(), signing.getPublic());
                    assertThat(read.id()).isEqualTo(ID);
                    assertThat(new PKCS10CertificationRequest(input).getEncoded())
                            .isEqualTo(input);
                });
    }

    @FuzzTest
    void aDenylistHasOneForm() {
        FleetCa fleet = FleetCa.init(
                temp.resolve("fleet"),
                new FleetPlan(List.of(FleetPlan.Workload.service("vault-service"))),
                Clock.fixed(NOW, ZoneOffset.UTC));
        Credential signer = IdentityDirectory.load(fleet.layout().service("vault-service"), NOW)
                .signing()
                .orElseThrow();
        RevocationList list = new RevocationList(
                fleet.trust().fleetId(),
                7,
                NOW,
                Map.of("abc", 7L, "1f", 0L),
                Map.of(ID.toString(), 3L),
                Map.of(fleet.trust().tlsRoots().iterator().next(), 4L),
                Set.of("ab".repeat(32)));
        byte[] signed = SignedRevocationList.sign(list, signer);
        Fuzz.target("denylist")
                .samples(signed)
                .refusing(IdentityException.class)
                .run(input -> {
                    assertThat(SignedRevocationList.verify(input, fleet.trust(), NOW))
                            .isEqualTo(list);
                    assertThat(input).isEqualTo(signed);
                });
    }

    @FuzzTest
    void aSealedFileOpensUnchangedOnly() throws Exception {
        FileKeyProtector protector = FileKeyProtector.create(temp.resolve("root.key"));
        Path sealed = temp.resolve("sealed");
        byte[] content = {1, 2, 3};
        SealedFile.write(sealed, content, protector, "test");
        byte[] genuine = Files.readAllBytes(sealed);
        Path changed = Files.createFile(
                temp.resolve("changed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Fuzz.target("sealed-file")
                .samples(genuine)
                .refusing(IdentityException.class)
                .rounds(500)
                .run(input -> {
                    Files.write(changed, input);
                    assertThat(SealedFile.read(changed, protector, "test")).isEqualTo(content);
                    assertThat(input).isEqualTo(genuine);
                });
    }
}
