package dev.sallyport.identity;

import static dev.sallyport.identity.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityDirectoryTest {
    @TempDir
    Path temp;

    private Path policy = Path.of("");
    private Path vault = Path.of("");

    @BeforeEach
    void makeTwoIdentities() {
        FleetCa fleet = FleetCa.init(
                temp.resolve("fleet"),
                new FleetPlan(List.of(
                        FleetPlan.Workload.service("policy-service"), FleetPlan.Workload.service("vault-service"))),
                Clock.fixed(NOW, ZoneOffset.UTC));
        policy = fleet.layout().service("policy-service");
        vault = fleet.layout().service("vault-service");
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        Path key = policy.resolve("tls/tls.key");
        for (String permissions : List.of("rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));
            assertThatThrownBy(() -> IdentityDirectory.load(policy, NOW))
                    .as(permissions)
                    .isInstanceOf(IdentityException.UnsafeFile.class)
                    .hasMessageContaining("tls.key is open to group or others")
                    .hasMessageContaining("chmod 600");
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(IdentityDirectory.load(policy, NOW).id().name()).isEqualTo("policy-service");
    }

    @Test
    void aKeyBehindASymbolicLinkIsRefused() throws IOException {
        Path key = policy.resolve("signing/signing.key");
        Path elsewhere = temp.resolve("signing.key");
        Files.move(key, elsewhere);
        Files.createSymbolicLink(key, elsewhere);
        assertThatThrownBy(() -> IdentityDirectory.load(policy, NOW))
                .isInstanceOf(IdentityException.UnsafeFile.class)
                .hasMessageContaining("not a plain file");
    }

    @Test
    void theKeyOfAnotherCertificateIsRefused() throws IOException {
        Path key = policy.resolve("tls/tls.key");
        byte[] own = Files.readAllBytes(key);
        Files.write(key, Files.readAllBytes(vault.resolve("tls/tls.key")));
        assertThatThrownBy(() -> IdentityDirectory.load(policy, NOW))
                .isInstanceOfSatisfying(
                        CertificateRefused.class,
                        e -> assertThat(e.reason()).isEqualTo(CertificateRefused.Reason.KEY_MISMATCH))
                .hasMessageContaining("tls.key");
        Files.write(key, own);
        assertThat(IdentityDirectory.load(policy, NOW).id().name()).isEqualTo("policy-service");
    }

    @Test
    void theSigningCertificateOfAnotherWorkloadIsRefused() throws IOException {
        for (String file : List.of("signing/signing.key", "signing/signing.crt")) {
            Files.write(policy.resolve(file), Files.readAllBytes(vault.resolve(file)));
        }
        assertThatThrownBy(() -> IdentityDirectory.load(policy, NOW))
                .isInstanceOf(CertificateRefused.class)
                .hasMessageContaining("vault-service but the TLS certificate for");
    }

    @Test
    void anotherFleetsTrustIsRefused() throws IOException {
        FleetCa other = FleetCa.init(temp.resolve("other"), new FleetPlan(List.of()), Clock.fixed(NOW, ZoneOffset.UTC));
        Files.write(policy.resolve("trust.json"), other.trust().toJson());
        assertThatThrownBy(() -> IdentityDirectory.load(policy, NOW)).isInstanceOf(CertificateRefused.class);
    }

    @Test
    void whatIsMissingOrNoPemIsNamed() throws IOException {
        assertThatThrownBy(() -> IdentityDirectory.load(temp.resolve("nowhere"), NOW))
                .isInstanceOf(IdentityException.FileFailed.class)
                .hasMessageContaining("there is no identity in");
        Files.writeString(policy.resolve("tls/tls.crt"), "no certificate");
        assertThatThrownBy(() -> IdentityDirectory.load(policy, NOW))
                .isInstanceOf(IdentityException.Malformed.class)
                .hasMessageContaining("tls.crt");
        Files.delete(policy.resolve("tls/tls.key"));
        assertThatThrownBy(() -> IdentityDirectory.load(policy, NOW)).isInstanceOf(IdentityException.class);
    }

    @Test
    void aReaderNeverSeesTheKeyOfOneVersionWithTheCertificateOfAnother() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 1; i <= 25; i++) {
                FleetCa.open(temp.resolve("fleet"), Clock.fixed(NOW.plus(Duration.ofHours(13L * i)), ZoneOffset.UTC))
                        .renew();
            }
            done.set(true);
        });
        int reads = 0;
        while (!done.get() && writer.isAlive()) {
            try {
                IdentityDirectory.load(policy, NOW.plus(Duration.ofHours(1)));
                reads++;
            } catch (CertificateRefused e) {
                // The clock of the reader stands still, so only time may be the reason.
                assertThat(e.reason()).isEqualTo(CertificateRefused.Reason.NOT_YET_VALID);
                reads++;
            } catch (IdentityException.FileFailed e) {
                // Two renewals within one read prune the version being read; a retry finds the next.
                assertThat(e).hasMessageContaining("does not exist");
            }
        }
        writer.join();
        assertThat(done).isTrue();
        assertThat(reads).isPositive();
    }

    @Test
    void keysAreNeverPrinted() {
        WorkloadIdentity identity = IdentityDirectory.load(policy, NOW);
        assertThat(identity.toString()).contains("policy-service").doesNotContain("PrivateKey", "PRIVATE KEY");
    }
}
