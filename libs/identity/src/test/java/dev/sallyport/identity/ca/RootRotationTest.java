package dev.sallyport.identity.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException.CertificateRefused;
import dev.sallyport.identity.IdentityException.FleetState;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.step.TrustStepRefusedException;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New roots for a fleet that has some, and the end of those. */
class RootRotationTest {
    @TempDir
    private Path temp;

    private FleetCa ca;
    private Path policy;

    @BeforeEach
    void found() {
        ca = FleetCa.init(
                temp.resolve("fleet"),
                new FleetPlan(List.of(FleetPlan.Workload.service("policy-service"))),
                Clock.systemUTC());
        policy = ca.layout().service("policy-service");
    }

    private FleetCa again() {
        return FleetCa.open(ca.layout().directory(), Clock.systemUTC());
    }

    private static void verified(List<X509Certificate> chain, TrustRoots trust) {
        X509Svid.verify(chain, trust.tlsRoots(), trust.trustDomain(), Instant.now());
    }

    private List<byte[]> steps() {
        return new TrustSteps(ca.layout().issuing()).after(0);
    }

    @Test
    void theNewRootsAreTrustedBesideTheOldOnesUntilThoseAreRetired() throws TrustStepRefusedException {
        TrustRoots founding = ca.trust();
        List<X509Certificate> old = IdentityDirectory.tlsChain(policy);

        ca.rotateRoots();
        TrustRoots both = ca.trust();
        assertThat(both.step()).isEqualTo(1);
        assertThat(both.tlsRoots()).hasSize(2).containsAll(founding.tlsRoots());
        assertThat(both.signingRoots()).hasSize(2).containsAll(founding.signingRoots());
        assertThat(ca.renew()).as("everybody here pins both").hasSize(2);
        assertThat(IdentityDirectory.load(policy, Instant.now()).trust()).isEqualTo(both);
        verified(IdentityDirectory.tlsChain(policy), founding);
        assertThat(ca.status().authorities()).hasSize(6);

        ca.rotateIssuing();
        assertThat(ca.renew()).hasSize(2);
        List<X509Certificate> fresh = IdentityDirectory.tlsChain(policy);
        verified(fresh, both);
        verified(old, both);
        assertThatThrownBy(() -> verified(fresh, founding)).isInstanceOf(CertificateRefused.class);

        ca.retireRoots();
        TrustRoots after = ca.trust();
        assertThat(after.tlsRoots()).hasSize(1).doesNotContainAnyElementsOf(founding.tlsRoots());
        assertThat(after.signingRoots()).hasSize(1).doesNotContainAnyElementsOf(founding.signingRoots());
        assertThat(after.everTls()).contains(old.get(1));
        assertThat(after.knows(founding)).isTrue();
        assertThat(after.knows(both)).isTrue();
        assertThat(founding.knows(after)).isFalse();
        assertThatThrownBy(() -> verified(old, after)).isInstanceOf(CertificateRefused.class);
        verified(fresh, after);
        assertThat(ca.renew()).hasSize(2);
        assertThat(IdentityDirectory.load(policy, Instant.now()).trust()).isEqualTo(after);
        assertThat(ca.renew()).isEmpty();

        // Whoever pinned what was founded follows the steps by themselves.
        assertThat(TrustStep.follow(founding, steps(), Instant.now())).isEqualTo(after);
        assertThat(again().trust()).isEqualTo(after);

        // And once more.
        ca.rotateRoots();
        assertThat(ca.trust().step()).isEqualTo(3);
        assertThat(TrustStep.follow(founding, steps(), Instant.now())).isEqualTo(ca.trust());
    }

    @Test
    void rootsAreRetiredOnlyWhenNothingHereStandsOnThem() {
        assertThatThrownBy(ca::retireRoots).isInstanceOf(FleetState.class).hasMessageContaining("no rotation");
        ca.rotateRoots();
        assertThatThrownBy(ca::rotateRoots).isInstanceOf(FleetState.class).hasMessageContaining("under way");
        assertThatThrownBy(ca::retireRoots)
                .isInstanceOf(FleetState.class)
                .hasMessageContaining("below the new ones first");
        ca.rotateIssuing();
        assertThatThrownBy(ca::retireRoots).isInstanceOf(FleetState.class).hasMessageContaining("sallyport ca renew");
        ca.renew();
        ca.retireRoots();
        assertThat(ca.trust().step()).isEqualTo(2);
    }

    @Test
    void withoutTheRootsNothingChanges() throws IOException {
        TrustRoots founding = ca.trust();
        Path away = Files.move(ca.layout().root(), temp.resolve("offline"));
        assertThatThrownBy(ca::rotateRoots).isInstanceOf(FleetState.class).hasMessageContaining("the roots are not in");
        assertThat(again().trust()).isEqualTo(founding);
        Files.move(away, ca.layout().root());
        ca.rotateRoots();
        assertThat(ca.trust().step()).as("control").isEqualTo(1);
    }

    /** The states that a kill leaves, one after each thing that is written. */
    @Test
    void aRotationThatIsCutShortIsFinishedOrHasChangedNothing() throws IOException {
        TrustRoots founding = ca.trust();
        Path root = ca.layout().root();
        Path before = copy(ca.layout().directory(), "before");
        ca.rotateRoots();
        TrustRoots both = ca.trust();
        Path published = ca.layout().issuing().resolve("trust");
        Path after = copy(ca.layout().directory(), "after");

        // Before the mark: new keys and the step lie there, and nothing counts.
        restore(before);
        Path next = root.resolve("next");
        stage(after, next, List.of("tls-ca.crt", "signing-ca.crt", "keys.sealed"));
        Files.copy(after.resolve("ca/issuing/trust/000001.json"), next.resolve("step.json"));
        assertThat(again().trust()).isEqualTo(founding);
        assertThat(published).doesNotExist();

        // After the mark.
        Files.write(next.resolve("complete"), new byte[0]);
        Path marked = copy(ca.layout().directory(), "marked");
        finished(both);

        // After the step was published, trust.json written, a file moved.
        restore(marked);
        copyInto(after.resolve("ca/issuing/trust"), published);
        finished(both);

        restore(marked);
        copyInto(after.resolve("ca/issuing/trust"), published);
        Files.copy(after.resolve("trust.json"), ca.layout().trust(), StandardCopyOption.REPLACE_EXISTING);
        finished(both);

        restore(marked);
        copyInto(after.resolve("ca/issuing/trust"), published);
        Files.copy(after.resolve("trust.json"), ca.layout().trust(), StandardCopyOption.REPLACE_EXISTING);
        Files.move(next.resolve("tls-ca.crt"), root.resolve("tls-ca.crt"), StandardCopyOption.REPLACE_EXISTING);
        finished(both);

        // And from there on to the end.
        FleetCa last = again();
        last.rotateIssuing();
        last.renew();
        last.retireRoots();
        assertThat(last.trust().step()).isEqualTo(2);
        // The step was published and trust.json was not written.
        Files.copy(after.resolve("trust.json"), ca.layout().trust(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(again().trust()).isEqualTo(last.trust());
    }

    private void finished(TrustRoots expected) {
        FleetCa opened = again();
        assertThat(opened.trust()).isEqualTo(expected);
        assertThat(ca.layout().root().resolve("next")).doesNotExist();
        X509Certificate root = Authorities.openRoots(
                        ca.layout().root(), ca.layout().rootProtector(), expected.fleetId(), Instant.now())
                .tls()
                .leaf();
        assertThat(expected.tlsRoots().getLast()).isEqualTo(root);
    }

    private static void stage(Path from, Path next, List<String> files) throws IOException {
        Files.createDirectory(next);
        for (String file : files) {
            Files.copy(from.resolve("ca/root").resolve(file), next.resolve(file));
        }
    }

    private Path copy(Path from, String name) throws IOException {
        Path to = temp.resolve(name);
        copyInto(from, to);
        return to;
    }

    private void restore(Path from) throws IOException {
        try (Stream<Path> paths = Files.walk(ca.layout().directory())) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        copyInto(from, ca.layout().directory());
    }

    private static void copyInto(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(
                        path,
                        to.resolve(from.relativize(path).toString()),
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
