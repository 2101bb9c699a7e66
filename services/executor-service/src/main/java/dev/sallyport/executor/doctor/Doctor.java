package dev.sallyport.executor.doctor;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.AttackResult;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxHost;
import dev.sallyport.executor.sandbox.SandboxProbe;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tries each kind of sandbox that this host may have by running canaries in it. A tier is offered only if all of them
 * behaved.
 */
public final class Doctor implements AutoCloseable {
    private final SandboxHost host;
    private final Workspaces canaries;
    private final Platform platform;
    private final List<Examined> examined = new ArrayList<>();

    /** Sandboxes that were made ready, proven or not, by the tier of their probe. */
    private final Map<Tier, Sandbox> ready = new EnumMap<>(Tier.class);

    private record Examined(TierReport report, @Nullable Sandbox proven) {}

    /**
     * @param canaries where the canaries' workspace is made
     */
    public Doctor(SandboxHost host, Workspaces canaries, Platform platform) {
        this.host = host;
        this.canaries = canaries;
        this.platform = platform;
    }

    /**
     * Runs all canaries now. Calls may be running: a sandbox is made ready once, which removes what an earlier life of
     * the node left, and from then on it is only proven again.
     */
    public synchronized DoctorReport examine() throws IOException, InterruptedException {
        List<Examined> now = new ArrayList<>();
        for (SandboxProbe probe : host.probes()) {
            now.add(examine(probe));
        }
        examined.clear();
        examined.addAll(now);
        return new DoctorReport(
                System.getProperty("os.name", ""),
                System.getProperty("os.version", ""),
                System.getProperty("os.arch", ""),
                platform.user(),
                host.accounting(),
                host.degraded(),
                now.stream().map(Examined::report).toList());
    }

    /** Runs the canaries of each kind of sandbox, each beside itself without one; calls must not be running. */
    public synchronized Map<Tier, List<AttackResult>> attack() throws IOException, InterruptedException {
        Map<Tier, List<AttackResult>> results = new EnumMap<>(Tier.class);
        for (SandboxProbe probe : host.probes()) {
            try {
                Sandbox sandbox = ready.get(probe.tier());
                if (sandbox == null) {
                    sandbox = probe.open();
                    ready.put(probe.tier(), sandbox);
                }
                results.put(
                        probe.tier(),
                        sandbox.attack(
                                canaries.of("canary", "attack", sandbox.tier().name())));
            } catch (SandboxUnavailable e) {
                results.put(
                        probe.tier(),
                        List.of(new AttackResult(
                                "the tier can be made ready", "works", e.why() + " " + e.fix(), true, false)));
            }
        }
        return results;
    }

    /** The sandboxes that the last examination has proven, the strongest first. */
    public synchronized List<Sandbox> proven() {
        List<Sandbox> proven = new ArrayList<>();
        for (Examined each : examined) {
            Sandbox sandbox = each.proven();
            if (sandbox != null) {
                proven.add(sandbox);
            }
        }
        return proven;
    }

    /** Ends what waits in the sandboxes that were made ready. */
    @Override
    public synchronized void close() {
        ready.values().forEach(Sandbox::close);
    }

    private Examined examine(SandboxProbe probe) throws IOException, InterruptedException {
        Sandbox sandbox = ready.get(probe.tier());
        try {
            if (sandbox == null) {
                sandbox = probe.open();
                ready.put(probe.tier(), sandbox);
            }
            TierReport report = TierReport.proven(
                    sandbox,
                    sandbox.prove(canaries.of("canary", "doctor", sandbox.tier().name())));
            return new Examined(report, sandbox);
        } catch (SandboxUnavailable e) {
            return new Examined(TierReport.missing(probe.tier(), sandbox, e.why(), e.fix()), null);
        } catch (ToolFailure e) {
            return new Examined(TierReport.missing(probe.tier(), sandbox, e.detail(), "See the node's log."), null);
        }
    }
}
