package dev.sallyport.executor.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.doctor.Doctor;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.AttackResult;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxHost;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxProbe;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.Tier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was proven once is not believed for ever. */
class ProvenTiersTest {
    private final Host host = new Host();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private ProvenTiers tiers;

    @BeforeEach
    void examined() throws Exception {
        InstantSource source = () -> now;
        Clock clock = source.withZone(ZoneOffset.UTC);
        Platform platform = Platform.current();
        Doctor doctor = new Doctor(host, new Workspaces(platform, TestFolder.named("tiers"), null), platform);
        tiers = new ProvenTiers(doctor, new NodeMetrics(new SimpleMeterRegistry()), clock);
        tiers.examine();
        assertThat(tiers.offered()).containsExactly(Tier.C);
        tiers.examine();
        assertThat(host.proofs).as("control: proven a moment ago").isEqualTo(1);
    }

    @Test
    void sandboxThatFailedACallIsExaminedAgainAndNotOfferedUntilItHolds() throws Exception {
        host.holds = false;
        boolean[] woken = {false};
        tiers.onDoubt(() -> woken[0] = true);

        tiers.doubt(new SandboxUnavailable("It does not hold.", "Look."));
        assertThat(woken[0]).isTrue();
        tiers.examine();

        assertThat(tiers.offered()).isEmpty();
        host.holds = true;
        tiers.examine();
        assertThat(tiers.offered()).containsExactly(Tier.C);
        assertThat(host.opened).as("made ready once: that sweeps what runs").isEqualTo(1);
    }

    @Test
    void sandboxIsExaminedAgainAfterAWhile() throws Exception {
        host.holds = false;

        now = now.plus(Duration.ofMinutes(11));
        tiers.examine();

        assertThat(tiers.offered()).isEmpty();
    }

    private static final class Host implements SandboxHost, SandboxProbe, Sandbox {
        private boolean holds = true;
        private int proofs;
        private int opened;

        @Override
        public List<SandboxProbe> probes() {
            return List.of(this);
        }

        @Override
        public Set<String> accounting() {
            return Set.of();
        }

        @Override
        public List<String> degraded() {
            return List.of();
        }

        @Override
        public Tier tier() {
            return Tier.C;
        }

        @Override
        public Sandbox open() {
            opened++;
            return this;
        }

        @Override
        public String backend() {
            return "fake 1";
        }

        @Override
        public List<Fact> prove(Path workspace) {
            proofs++;
            if (!holds) {
                throw new SandboxUnavailable("It does not hold.", "Look.");
            }
            return List.of();
        }

        @Override
        public List<AttackResult> attack(Path workspace) {
            return List.of();
        }

        @Override
        public SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin, Runnable stillWanted) {
            throw new IllegalStateException("no call runs here");
        }

        @Override
        public int waiting() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
