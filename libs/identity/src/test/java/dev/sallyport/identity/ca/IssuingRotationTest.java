package dev.sallyport.identity.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New issuing authorities while what the old ones issued goes on counting. */
class IssuingRotationTest {
    @TempDir
    private Path temp;

    private FleetCa ca;

    @BeforeEach
    void found() {
        ca = FleetCa.init(
                temp.resolve("fleet"),
                new FleetPlan(List.of(FleetPlan.Workload.service("policy-service"))),
                Clock.systemUTC());
    }

    private X509Certificate issuing() {
        return Authorities.openIssuing(ca.layout().issuing(), ca.trust().fleetId(), Instant.now())
                .tls()
                .leaf();
    }

    private SpiffeId verified(List<X509Certificate> chain) {
        return X509Svid.verify(chain, ca.trust().tlsRoots(), ca.trust().trustDomain(), Instant.now());
    }

    @Test
    void theOldCertificatesGoOnCountingAndNewOnesComeFromTheNewAuthority() {
        Path policy = ca.layout().service("policy-service");
        List<X509Certificate> old = IdentityDirectory.tlsChain(policy);
        X509Certificate before = issuing();
        ca.rotateIssuing();
        X509Certificate after = issuing();
        assertThat(after.getPublicKey()).isNotEqualTo(before.getPublicKey());
        assertThat(verified(old))
                .isEqualTo(IdentityDirectory.load(policy, Instant.now()).id());
        ca.issueMissing(new FleetPlan(List.of(FleetPlan.Workload.service("approval-service"))));
        List<X509Certificate> fresh = IdentityDirectory.tlsChain(ca.layout().service("approval-service"));
        assertThat(fresh.get(1)).isEqualTo(after);
        assertThat(verified(fresh).name()).isEqualTo("approval-service");
        assertThat(new IssuingRotation(ca.layout().issuing()).retired()).contains(before);
        // As often as one likes; all that were before stay known.
        ca.rotateIssuing();
        assertThat(new IssuingRotation(ca.layout().issuing()).retired())
                .contains(before, after)
                .hasSize(4);
        assertThat(ca.status().authorities()).hasSize(4);
    }

    @Test
    void withoutTheRootsNothingChanges() throws IOException {
        X509Certificate before = issuing();
        Path away = Files.move(ca.layout().root(), temp.resolve("offline"));
        assertThatThrownBy(ca::rotateIssuing)
                .isInstanceOf(IdentityException.FleetState.class)
                .hasMessageContaining("the roots are not in");
        assertThat(issuing()).isEqualTo(before);
        Files.move(away, ca.layout().root());
        ca.rotateIssuing();
        assertThat(issuing()).isNotEqualTo(before);
    }

    /** The states that a kill leaves, one after each file. */
    @Test
    void aRotationThatIsCutShortIsFinishedOrHasChangedNothing() throws IOException {
        X509Certificate before = issuing();
        Path folder = ca.layout().issuing();
        Path next = folder.resolve("next");
        Authorities roots = Authorities.openRoots(
                ca.layout().root(), ca.layout().rootProtector(), ca.trust().fleetId(), Instant.now());
        Authorities fresh =
                Authorities.newIssuing(roots, ca.trust().fleetId(), ca.trust().trustDomain(), Instant.now());
        fresh.writeBeside(
                next,
                folder,
                ca.layout().issuingProtector(),
                "issuing",
                ca.trust().fleetId());
        assertThat(issuing()).isEqualTo(before);
        Files.write(next.resolve("complete"), new byte[0]);
        Files.move(
                next.resolve(Authorities.TLS_CERTIFICATE),
                folder.resolve(Authorities.TLS_CERTIFICATE),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(issuing()).isEqualTo(fresh.tls().leaf());
        assertThat(next).doesNotExist();
        // A folder that was never completed is thrown away by the next run.
        Files.createDirectory(next);
        Files.write(next.resolve(Authorities.SEALED_KEYS), new byte[3]);
        ca.rotateIssuing();
        assertThat(issuing()).isNotEqualTo(fresh.tls().leaf());
    }

    /** A file is written under another name and renamed: that name is what a kill leaves. */
    @Test
    void aKillWhileAFileIsWrittenBlocksNoRotation() throws IOException {
        X509Certificate before = issuing();
        Path next = Files.createDirectory(ca.layout().issuing().resolve("next"));
        Files.write(next.resolve(".new-1"), new byte[0]);
        Files.write(next.resolve(Authorities.SEALED_KEYS), new byte[3]);
        assertThat(issuing()).isEqualTo(before);
        ca.rotateIssuing();
        X509Certificate after = issuing();
        assertThat(after).isNotEqualTo(before);
        assertThat(next).doesNotExist();
        // The same after the mark, while the folder is being removed.
        Files.createDirectory(next);
        Files.write(next.resolve(".new-1"), new byte[0]);
        Files.write(next.resolve("complete"), new byte[0]);
        assertThat(issuing()).isEqualTo(after);
        assertThat(next).doesNotExist();
    }

    @Test
    void renewalAfterARotationReplacesEverythingAndSaysWhatIsGivenUp() {
        Path policy = ca.layout().service("policy-service");
        X509Certificate tls = IdentityDirectory.tlsLeaf(policy);
        X509Certificate signing = IdentityDirectory.signingLeaf(policy);
        IssuedFolder issued = new IssuedFolder(ca.layout().issuing());
        assertThat(ca.renew()).as("control").isEmpty();
        assertThat(issued.inUse(Instant.now())).containsExactlyInAnyOrder(tls, signing);
        ca.rotateIssuing();
        assertThat(ca.renew()).hasSize(2);
        assertThat(IdentityDirectory.tlsChain(policy).get(1)).isEqualTo(issuing());
        assertThat(issued.inUse(Instant.now()))
                .containsExactlyInAnyOrder(IdentityDirectory.tlsLeaf(policy), IdentityDirectory.signingLeaf(policy));
        // What was given up can still be revoked.
        assertThat(issued.knows(tls.getSerialNumber().toString(16))).isTrue();
        assertThat(issued.has(tls)).isTrue();
        assertThat(ca.renew()).isEmpty();
    }
}
