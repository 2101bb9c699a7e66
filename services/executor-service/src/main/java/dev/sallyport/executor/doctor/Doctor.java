package dev.sallyport.executor.doctor;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxHost;
import dev.sallyport.executor.sandbox.SandboxProbe;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.workspace.Workspaces;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tries each kind of sandbox that this host may have by running canaries in it. A tier is offered only if all of them
 * behaved.
 */
public final class Doctor {
    private final SandboxHost host;
    private final Workspaces canaries;
    private final Platform platform;
    private final List<Examined> examined = new ArrayList<>();

    private record Examined(TierReport report, @Nullable Sandbox proven) {}

    /**
     * @param canaries where the canaries' workspace is made
     */
    public Doctor(SandboxHost host, Workspaces canaries, Platform platform) {
        this.host = host;
        this.canaries = canaries;
        this.platform = platform;
    }

    /** Runs all canaries now. Not to be called while a call runs in one of the sandboxes found before. */
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
                now.stream().map(Examined::report).toList());
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

    private Examined examine(SandboxProbe probe) throws IOException, InterruptedException {
        Sandbox sandbox = null;
        try {
            sandbox = probe.open();
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
