package dev.sallyport.executor.doctor;

import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.linux.BubblewrapSandbox;
import dev.sallyport.executor.sandbox.linux.Cgroups;
import dev.sallyport.executor.sandbox.linux.HostInspection;
import dev.sallyport.executor.sandbox.linux.LinuxHost;
import dev.sallyport.executor.sandbox.linux.ToolUser;
import dev.sallyport.statements.predicate.EgressEnforcementMode;
import dev.sallyport.statements.predicate.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Tries each tier by running canaries in it: harmless programs, one that must work and ones that must be stopped. A tier
 * is offered only if all of them behaved.
 */
public final class Doctor {

    private static final SandboxLimits LIMITS = SandboxLimits.DEFAULT.withWallMillis(10_000);

    private record Canary(String what, List<String> command, boolean works) {}

    private static final List<Canary> CANARIES = List.of(
            new Canary("a program runs", List.of("/usr/bin/true"), true),
            new Canary("the workspace is writable", List.of("/usr/bin/touch", "canary"), true),
            new Canary("system folders are read-only", List.of("/usr/bin/touch", "/usr/canary"), false),
            new Canary("namespaces cannot be nested", List.of("/usr/bin/unshare", "--user", "/usr/bin/true"), false),
            new Canary(
                    "files of the host are not reachable through /proc",
                    List.of("/usr/bin/ls", "/proc/1/root/etc/shadow"),
                    false));

    private final Path state;
    private final Path bwrap;
    private final @Nullable ToolUser toolUser;
    private final Clock clock;
    private @Nullable BubblewrapSandbox sandbox;
    private Cgroups cgroups = Cgroups.none();

    /**
     * @param state folder of the node's own
     * @param toolUser see {@link HostInspection#of}
     */
    public Doctor(Path state, Path bwrap, @Nullable ToolUser toolUser, Clock clock) {
        this.state = state;
        this.bwrap = bwrap;
        this.toolUser = toolUser;
        this.clock = clock;
    }

    /** Runs all canaries now. */
    public DoctorReport examine() throws IOException, InterruptedException {
        cgroups = Cgroups.found(
                Integer.toHexString(state.toAbsolutePath().toString().hashCode()));
        return new DoctorReport(
                System.getProperty("os.name", ""),
                System.getProperty("os.version", ""),
                System.getProperty("os.arch", ""),
                HostInspection.ownUid(),
                cgroups.mechanisms(),
                List.of(tierC()));
    }

    /** The sandbox that the canaries ran in, after an examination that found it available. */
    public BubblewrapSandbox sandbox() {
        BubblewrapSandbox proven = sandbox;
        if (proven == null) {
            throw new SandboxUnavailable("Tier C is not proven on this node.", "Run doctor for what to change.");
        }
        return proven;
    }

    private TierReport tierC() throws IOException, InterruptedException {
        String backend = null;
        try {
            LinuxHost host = HostInspection.of(bwrap, state.resolve("etc"), toolUser);
            backend = version(bwrap);
            cgroups.sweep();
            BubblewrapSandbox candidate = new BubblewrapSandbox(host, cgroups, state.resolve("runs"), clock);
            Path workspace = canaryWorkspace();
            SandboxResult first = null;
            for (Canary canary : CANARIES) {
                SandboxResult result =
                        candidate.start(plan(canary, workspace), null).await();
                first = first == null ? result : first;
                boolean worked = Integer.valueOf(0).equals(result.exitStatus());
                if (worked != canary.works() || result.failure() != null || !result.treeGone()) {
                    throw new SandboxUnavailable(
                            "A canary did not behave: " + canary.what() + " (exit status " + result.exitStatus() + ").",
                            "Compare this host's bubblewrap and kernel with the supported ones; see docs/guarantees.md.");
                }
            }
            sandbox = candidate;
            return new TierReport(Tier.C, true, backend, null, null, first == null ? List.of() : first.facts());
        } catch (SandboxUnavailable unavailable) {
            return new TierReport(Tier.C, false, backend, unavailable.why(), unavailable.fix(), List.of());
        } catch (ToolFailure failed) {
            return new TierReport(Tier.C, false, backend, failed.detail(), "See the node's log.", List.of());
        }
    }

    private Path canaryWorkspace() throws IOException {
        OptionalInt owner = toolUser == null ? OptionalInt.empty() : OptionalInt.of(toolUser.uid());
        return new dev.sallyport.executor.workspace.Workspaces(state.resolve("workspaces"), owner)
                .of("canary", "doctor", "canary");
    }

    private static SandboxPlan plan(Canary canary, Path workspace) {
        Path program = Path.of(canary.command().getFirst());
        return new SandboxPlan(
                program,
                program,
                canary.command().subList(1, canary.command().size()),
                workspace,
                Map.of(),
                EgressEnforcementMode.STRICT,
                List.of(),
                LIMITS);
    }

    private static String version(Path bwrap) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(bwrap.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        String said =
                new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        process.waitFor();
        return Files.isExecutable(bwrap) ? said : "bubblewrap";
    }
}
