package dev.sallyport.identity.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetCaTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path temp;

    @Test
    void everyWorkloadOfThePlanGetsAnIdentityThatLoads() {
        FleetCa fleet = init();
        List<String> ids = new ArrayList<>();
        for (FleetPlan.Workload workload : FleetPlan.oneMachine().workloads()) {
            Path directory = fleet.layout().identity(workload.kind(), workload.names());
            WorkloadIdentity identity = IdentityDirectory.load(directory, NOW);
            ids.add(identity.id().toString());
            assertThat(identity.signing().isPresent()).isEqualTo(CertificateIssuer.signs(identity.id()));
        }
        String domain = "spiffe://" + fleet.trust().trustDomain();
        assertThat(fleet.trust().trustDomain()).isEqualTo(fleet.trust().fleetId() + ".sallyport");
        assertThat(ids)
                .contains(
                        domain + "/service/policy-service",
                        domain + "/infra/kafka",
                        domain + "/executor/default/node-1",
                        domain + "/device/owner")
                .hasSize(11);
    }

    @Test
    void replicasShareTheNameAndTheLogsKeyAndNothingElse() throws Exception {
        FleetCa fleet =
                FleetCa.init(temp.resolve("fleet"), FleetPlan.oneMachine(2, 2), Clock.fixed(NOW, ZoneOffset.UTC));
        for (String service : FleetPlan.SERVICES) {
            Path directory = fleet.layout().service(service);
            WorkloadIdentity first = IdentityDirectory.load(directory, NOW);
            WorkloadIdentity second = IdentityDirectory.load(directory.resolveSibling(service + "-2"), NOW);
            assertThat(second.id()).isEqualTo(first.id());
            assertThat(second.tls().leaf().getPublicKey())
                    .isNotEqualTo(first.tls().leaf().getPublicKey());
            assertThat(second.signing().orElseThrow().leaf().getPublicKey())
                    .isNotEqualTo(first.signing().orElseThrow().leaf().getPublicKey());
        }
        Path key = fleet.layout().identities().resolve("attestation-service-2/log/log.key");
        assertThat(Files.readString(key))
                .isEqualTo(Files.readString(fleet.layout().logKey()));
        assertThat(IdentityDirectory.load(fleet.layout().identities().resolve("node-default-node-2"), NOW)
                        .id()
                        .toString())
                .endsWith("/executor/default/node-2");

        Clock later = Clock.fixed(NOW.plus(Duration.ofHours(13)), ZoneOffset.UTC);
        FleetCa.open(temp.resolve("fleet"), later).renew();
        Path second = fleet.layout().identities().resolve("policy-service-2");
        assertThat(IdentityDirectory.tlsLeaf(second).getNotBefore().toInstant()).isAfter(NOW);
    }

    @Test
    void anIdentityInAnotherServicesReplicaFolderIsRefused() throws Exception {
        FleetCa fleet = init();
        Files.move(
                fleet.layout().service("policy-service"),
                fleet.layout().identities().resolve("vault-service-2"));
        assertThatThrownBy(fleet::renew).hasMessageContaining("does not belong there");
    }

    @Test
    void opensslVerifiesEveryChain() throws Exception {
        FleetCa fleet = FleetCa.init(temp.resolve("fleet"));
        for (FleetPlan.Workload workload : FleetPlan.oneMachine().workloads()) {
            Path current =
                    fleet.layout().identity(workload.kind(), workload.names()).resolve(IdentityDirectory.CURRENT);
            Path leaf = current.resolve("tls/tls.crt");
            Path ca = current.resolve("tls/ca.crt");
            assertThat(openssl("verify", "-x509_strict", "-CAfile", ca + "", "-untrusted", leaf + "", leaf + ""))
                    .contains("OK");
            Path signing = current.resolve("signing/signing.crt");
            if (Files.exists(signing)) {
                Path roots = temp.resolve("signing-roots.pem");
                Files.write(roots, fleet.trust().signingCas());
                assertThat(openssl(
                                "verify",
                                "-x509_strict",
                                "-CAfile",
                                roots + "",
                                "-untrusted",
                                signing + "",
                                signing + ""))
                        .contains("OK");
                // The control: a statement key is worth nothing for TLS.
                assertThat(openssl("verify", "-CAfile", ca + "", "-untrusted", signing + "", signing + ""))
                        .contains("verification failed");
            }
        }
    }

    @Test
    void opensslShowsOneUriAndTheCommonNameOnlyOfServicesAndInfrastructure() throws Exception {
        FleetCa fleet = init();
        String service = text(fleet, fleet.layout().service("policy-service"));
        assertThat(service)
                .containsOnlyOnce("URI:spiffe://" + fleet.trust().trustDomain() + "/service/policy-service")
                .contains("Subject: CN = policy-service", "CA:FALSE", "DNS:localhost", "IP Address:127.0.0.1")
                .contains("ASN1 OID: prime256v1");
        String device = text(fleet, fleet.layout().identity(SpiffeId.Kind.DEVICE, List.of("owner")));
        assertThat(device).contains("Subject: O = Sallyport").doesNotContain("CN = owner", "DNS:");
    }

    @Test
    void thePathsWithoutVersionLeadToTheOneInForce() throws IOException {
        FleetCa fleet = init();
        Path policy = fleet.layout().service("policy-service");
        for (String file : List.of("tls/tls.key", "tls/ca.crt", "signing/signing.crt", "trust.json")) {
            assertThat(policy.resolve(file))
                    .hasSameBinaryContentAs(policy.resolve("current").resolve(file));
        }
    }

    @Test
    void initAgainKeepsTheFleetAndEveryByteOfIt() throws IOException {
        FleetCa first = init();
        Map<String, String> before = content(temp.resolve("fleet"));
        FleetCa second = init();
        assertThat(second.trust().fleetId()).isEqualTo(first.trust().fleetId());
        assertThat(content(temp.resolve("fleet"))).isEqualTo(before);
    }

    @Test
    void initWithALargerPlanIssuesOnlyWhatIsMissing() {
        FleetCa first = init();
        WorkloadIdentity before = IdentityDirectory.load(first.layout().service("vault-service"), NOW);
        FleetCa second = FleetCa.init(
                temp.resolve("fleet"),
                FleetPlan.oneMachine().and(FleetPlan.Workload.node("default", "node-2")),
                clock(NOW));
        assertThat(IdentityDirectory.load(
                                second.layout().identity(SpiffeId.Kind.EXECUTOR, List.of("default", "node-2")), NOW)
                        .id()
                        .pool())
                .isEqualTo("default");
        assertThat(IdentityDirectory.load(second.layout().service("vault-service"), NOW)
                        .tls()
                        .leaf())
                .isEqualTo(before.tls().leaf());
    }

    @Test
    void twoFleetsShareNothing() {
        FleetCa first = init();
        FleetCa second = FleetCa.init(temp.resolve("other"), FleetPlan.oneMachine(), clock(NOW));
        assertThat(second.trust().fleetId()).isNotEqualTo(first.trust().fleetId());
        WorkloadIdentity foreign = IdentityDirectory.load(second.layout().service("vault-service"), NOW);
        assertThatThrownBy(() -> X509Svid.verify(
                        foreign.tls().chain(),
                        first.trust().tlsRoots(),
                        second.trust().trustDomain(),
                        NOW))
                .isInstanceOfSatisfying(
                        CertificateRefused.class,
                        e -> assertThat(e.reason()).isEqualTo(CertificateRefused.Reason.UNTRUSTED));
    }

    @Test
    void privateFilesAreTheOwnersAlone() throws IOException {
        init();
        List<Path> secrets;
        try (Stream<Path> paths = Files.walk(temp.resolve("fleet"))) {
            secrets = paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> path.toString().matches(".*\\.(key|sealed|pem)"))
                    .toList();
        }
        // 11 TLS keys, 6 signing keys, 4 PEM stores, the log's, 2 protectors', 2 sealed
        assertThat(secrets).hasSize(26);
        for (Path secret : secrets) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .as(secret.toString())
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void noPrivateKeyOfAnAuthorityLiesInTheClear() throws IOException {
        FleetCa fleet = init();
        Authorities issuing =
                Authorities.openIssuing(fleet.layout().issuing(), fleet.trust().fleetId(), NOW);
        byte[] der = issuing.signing().key().getEncoded();
        String needle = Base64.getEncoder().encodeToString(der).substring(24);
        String inTheOpen = String.join("", content(temp.resolve("fleet")).values());
        assertThat(inTheOpen).doesNotContain(needle.substring(0, 20));
        // The control: the search finds a key that is written in the clear.
        WorkloadIdentity vault = IdentityDirectory.load(fleet.layout().service("vault-service"), NOW);
        String known = Base64.getEncoder()
                .encodeToString(vault.signing().orElseThrow().key().getEncoded());
        assertThat(inTheOpen).contains(known.substring(24, 44));
    }

    @Test
    void aRunCutShortBeforeItsMarkIsBegunAgain() throws IOException {
        Path directory = temp.resolve("fleet");
        Files.createDirectories(directory.resolve(".founding/ca/root"));
        Files.writeString(directory.resolve(".founding/ca/root/tls-ca.crt"), "half a certificate");
        FleetCa fleet = init();
        assertThat(IdentityDirectory.load(fleet.layout().service("policy-service"), NOW)
                        .trust())
                .isEqualTo(fleet.trust());
        assertThat(directory.resolve(".founding")).doesNotExist();
    }

    @Test
    void aRunCutShortWhileMovingIntoPlaceIsFinishedAsTheSameFleet() throws IOException {
        FleetCa whole = init();
        Path directory = temp.resolve("fleet");
        Path founding = Files.createDirectory(directory.resolve(".founding"));
        // As after a crash between two renames: the authorities are in place, the rest is not.
        for (String part : List.of("identities", "trust.json")) {
            Files.move(directory.resolve(part), founding.resolve(part));
        }
        Files.createFile(founding.resolve("complete"));
        FleetCa finished = init();
        assertThat(finished.trust()).isEqualTo(whole.trust());
        assertThat(founding).doesNotExist();
    }

    @Test
    void aDirectoryThatIsNeitherEmptyNorWholeIsRefused() throws IOException {
        init();
        Path directory = temp.resolve("fleet");
        Files.move(directory.resolve("trust.json"), temp.resolve("trust.json"));
        assertThatThrownBy(this::init)
                .isInstanceOf(IdentityException.FleetState.class)
                .hasMessageContaining("but no trust.json");
        Files.move(temp.resolve("trust.json"), directory.resolve("trust.json"));
        Files.move(directory.resolve("ca/issuing"), temp.resolve("issuing"));
        assertThatThrownBy(this::init)
                .isInstanceOf(IdentityException.FleetState.class)
                .hasMessageContaining("ca/issuing is missing");
    }

    @Test
    void identitiesCutShortAreIssuedByTheNextInit() throws IOException {
        FleetCa fleet = init();
        Path kafka = fleet.layout().identity(SpiffeId.Kind.INFRA, List.of("kafka"));
        Files.delete(kafka.resolve(IdentityDirectory.CURRENT));
        init();
        assertThat(IdentityDirectory.load(kafka, NOW).id().name()).isEqualTo("kafka");
    }

    @Test
    void rootsMayBeTakenOfflineAndRenewalStillWorks() throws IOException {
        init();
        Files.move(temp.resolve("fleet/ca/root"), temp.resolve("safe"));
        init();
        List<FleetStatus.Certificate> renewed = renewAt(NOW.plus(Duration.ofHours(13)));
        assertThat(renewed).isNotEmpty();
    }

    @Test
    void renewalReplacesWhatHasPassedHalfItsLifeAndNothingElse() {
        FleetCa fleet = init();
        assertThat(renewAt(NOW.plus(Duration.ofHours(11)))).isEmpty();
        Path policy = fleet.layout().service("policy-service");
        WorkloadIdentity before = IdentityDirectory.load(policy, NOW);
        Instant later = NOW.plus(Duration.ofHours(12));
        // 11 TLS certificates, and 6 signing certificates with them.
        assertThat(renewAt(later))
                .hasSize(17)
                .allSatisfy(c -> assertThat(c.state()).isEqualTo(FleetStatus.State.VALID));
        WorkloadIdentity after = IdentityDirectory.load(policy, later);
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.tls().leaf().getPublicKey())
                .isNotEqualTo(before.tls().leaf().getPublicKey());
        assertThat(TlsNames.of(after.id(), after.tls().leaf()))
                .isEqualTo(TlsNames.of(before.id(), before.tls().leaf()));
        assertThat(renewAt(later)).isEmpty();
    }

    @Test
    void anExpiredIdentityDoesNotLoadUntilItIsRenewed() {
        FleetCa fleet = init();
        Path policy = fleet.layout().service("policy-service");
        Instant later = NOW.plus(Duration.ofDays(40));
        assertThatThrownBy(() -> IdentityDirectory.load(policy, later))
                .isInstanceOf(CertificateRefused.class)
                .hasMessageContaining("tls.crt")
                .hasMessageContaining("expired")
                .hasMessageContaining("sallyport ca renew");
        assertThat(FleetCa.open(temp.resolve("fleet"), clock(later)).status().certificates())
                .allSatisfy(c -> assertThat(c.state()).isEqualTo(FleetStatus.State.EXPIRED));
        renewAt(later);
        assertThat(IdentityDirectory.load(policy, later).id().isService("policy-service"))
                .isTrue();
    }

    @Test
    void renewalKeepsTheVersionBeforeAndNoMore() throws IOException {
        FleetCa fleet = init();
        for (int day = 1; day <= 4; day++) {
            renewAt(NOW.plus(Duration.ofDays(day)));
        }
        try (Stream<Path> versions = Files.list(fleet.layout().service("policy-service"))) {
            assertThat(versions.map(path -> path.getFileName().toString()))
                    .filteredOn(name -> name.startsWith("v-"))
                    .hasSize(2);
        }
    }

    @Test
    void aCertificateThatAWorkloadMadeForItselfIsNotRenewed() throws Exception {
        FleetCa fleet = init();
        Path policy = fleet.layout().service("policy-service");
        SpiffeId id = SpiffeId.service(fleet.trust().trustDomain(), "policy-service");
        // Its own authority, its own id, and the name of the database's server.
        Authorities own = Authorities.newIssuing(
                Authorities.newRoots("x", fleet.trust().trustDomain(), NOW),
                "x",
                fleet.trust().trustDomain(),
                NOW);
        KeyPair pair = KeyTypes.newTlsPair();
        TlsNames names = new TlsNames(id, Set.of("postgresql"), Set.of());
        List<X509Certificate> chain = new CertificateIssuer(
                        own.tls(), own.signing(), fleet.trust().trustDomain(), clock(NOW))
                .issueTls(
                        CertificateRequest.parse(
                                CertificateRequest.create(pair, id, names.dnsNames(), names.addresses())),
                        names);
        Files.write(policy.resolve("tls/tls.crt"), Pem.ofCertificates(chain));
        assertThatThrownBy(() -> renewAt(NOW.plus(Duration.ofDays(1))))
                .isInstanceOf(IdentityException.FleetState.class)
                .hasMessageContaining("policy-service")
                .hasMessageContaining("has not issued");
    }

    @Test
    void aCertificateOfAnotherWorkloadIsNotRenewedInThisOnesPlace() throws IOException {
        FleetCa fleet = init();
        Files.write(
                fleet.layout().service("policy-service").resolve("tls/tls.crt"),
                Files.readAllBytes(fleet.layout().service("vault-service").resolve("tls/tls.crt")));
        assertThatThrownBy(() -> renewAt(NOW.plus(Duration.ofDays(1))))
                .isInstanceOf(IdentityException.FleetState.class)
                .hasMessageContaining("does not belong there");
    }

    /** As root, files stay their owner's; as anybody else there is only one owner, and it stays too. */
    @Test
    void renewedFilesBelongToTheOwnerOfTheDirectory() throws IOException {
        FleetCa fleet = init();
        Path policy = fleet.layout().service("policy-service");
        boolean root = Files.getAttribute(policy, "unix:uid").equals(0);
        int owner = root ? 65534 : (Integer) Files.getAttribute(policy, "unix:uid");
        if (root) {
            try (Stream<Path> paths = Files.walk(policy)) {
                for (Path path : paths.toList()) {
                    Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
        renewAt(NOW.plus(Duration.ofDays(1)));
        try (Stream<Path> paths = Files.walk(policy.resolve("current").toRealPath())) {
            for (Path path : paths.toList()) {
                assertThat(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                        .as(path.toString())
                        .isEqualTo(owner);
            }
        }
        try (Stream<Path> beside = Files.list(fleet.layout().identities())) {
            assertThat(beside.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("."));
        }
    }

    @Test
    void statusNamesAuthoritiesAndCertificates() {
        init();
        FleetStatus status = FleetCa.open(temp.resolve("fleet"), clock(NOW)).status();
        assertThat(status.authorities()).hasSize(4);
        assertThat(status.certificates()).hasSize(17);
        assertThatThrownBy(() -> FleetCa.open(temp.resolve("nothing"), clock(NOW)))
                .isInstanceOf(IdentityException.FleetState.class)
                .hasMessageContaining("sallyport ca init");
    }

    @Test
    void sealedIssuingKeysOpenOnlyUnchangedUnderTheirKeyAndForTheirFleet() throws IOException {
        FleetCa fleet = init();
        Path folder = fleet.layout().issuing();
        String fleetId = fleet.trust().fleetId();
        assertThat(KeyTypes.isTls(Authorities.openIssuing(folder, fleetId, NOW)
                        .tls()
                        .leaf()
                        .getPublicKey()))
                .isTrue();
        assertThatThrownBy(() -> Authorities.openIssuing(folder, "another", NOW))
                .isInstanceOf(IdentityException.SealBroken.class);
        assertThatThrownBy(() -> Authorities.openRoots(folder, fleet.layout().issuingProtector(), fleetId, NOW))
                .isInstanceOf(IdentityException.SealBroken.class);
        Path sealed = folder.resolve("keys.sealed");
        byte[] content = Files.readAllBytes(sealed);
        for (int at = 0; at < content.length; at += 7) {
            byte[] changed = content.clone();
            changed[at] ^= 1;
            Files.write(sealed, changed, StandardOpenOption.TRUNCATE_EXISTING);
            assertThatThrownBy(() -> Authorities.openIssuing(folder, fleetId, NOW))
                    .as("byte %d", at)
                    .isInstanceOf(IdentityException.SealBroken.class);
        }
        Files.write(sealed, content, StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(Authorities.openIssuing(folder, fleetId, NOW)).isNotNull();
    }

    @Test
    void aCopyOfTheAuthoritiesFolderOpensNothing() throws IOException {
        FleetCa fleet = init();
        String fleetId = fleet.trust().fleetId();
        Path copy = temp.resolve("copy").resolve("ca").resolve("issuing");
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(fleet.layout().issuing())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        assertThatThrownBy(() -> Authorities.openIssuing(copy, fleetId, NOW))
                .isInstanceOf(IdentityException.FileFailed.class)
                .hasMessageContaining("issuing.key");
        assertThatThrownBy(() -> Authorities.openIssuing(copy, fleet.layout().rootProtector(), fleetId, NOW))
                .isInstanceOf(IdentityException.SealBroken.class);
        assertThat(Authorities.openIssuing(copy, fleet.layout().issuingProtector(), fleetId, NOW))
                .isNotNull();
    }

    @Test
    void protectorsThatAnEarlierVersionLeftBesideTheKeysAreSeparated() throws IOException {
        FleetCa fleet = init();
        Files.move(fleet.layout().issuingProtector(), fleet.layout().issuing().resolve("protector.key"));
        Files.move(fleet.layout().rootProtector(), fleet.layout().root().resolve("protector.key"));
        Files.delete(fleet.layout().protectors());
        assertThat(init().trust()).isEqualTo(fleet.trust());
        assertThat(fleet.layout().issuing().resolve("protector.key")).doesNotExist();
        assertThat(fleet.layout().rootProtector()).exists();
        assertThat(renewAt(NOW.plus(Duration.ofDays(1)))).isNotEmpty();
    }

    @Test
    void aProtectorKeyOpenToTheGroupIsRefused() throws IOException {
        FleetCa fleet = init();
        Path key = fleet.layout().issuingProtector();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> renewAt(NOW.plus(Duration.ofDays(1))))
                .isInstanceOf(IdentityException.UnsafeFile.class)
                .hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(renewAt(NOW.plus(Duration.ofDays(1)))).isNotEmpty();
    }

    @Test
    void theLogKeyOfTrustJsonIsTheOneOnDisk() throws Exception {
        FleetCa fleet = init();
        String[] parts = fleet.trust().logKeys().getFirst().split("\\+", 3);
        assertThat(parts[0]).isEqualTo(fleet.trust().trustDomain() + "/log");
        byte[] typed = Base64.getDecoder().decode(parts[2]);
        assertThat(typed).hasSize(33).startsWith(1);
        byte[] spki = HexFormat.of()
                .parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(typed, 1, 33));
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(Pem.privateKey(Files.readAllBytes(fleet.layout().logKey())));
        signer.update("checkpoint".getBytes(StandardCharsets.UTF_8));
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update("checkpoint".getBytes(StandardCharsets.UTF_8));
        assertThat(verifier.verify(signature)).isTrue();
        assertThat(TrustRoots.read(fleet.layout().trust())).isEqualTo(fleet.trust());
    }

    private FleetCa init() {
        return FleetCa.init(temp.resolve("fleet"), FleetPlan.oneMachine(), clock(NOW));
    }

    private List<FleetStatus.Certificate> renewAt(Instant moment) {
        return FleetCa.open(temp.resolve("fleet"), clock(moment)).renew();
    }

    private static Clock clock(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private static String text(FleetCa fleet, Path directory) throws Exception {
        assertThat(fleet.trust().fleetId()).hasSize(26);
        return openssl("x509", "-noout", "-text", "-in", directory.resolve(IdentityDirectory.CURRENT) + "/tls/tls.crt");
    }

    private static String openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private static Map<String, String> content(Path root) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.naturalOrder()).toList()) {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    content.put(
                            root.relativize(path).toString(),
                            new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1).replace("\n", ""));
                }
            }
        }
        return content;
    }
}
