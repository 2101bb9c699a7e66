package dev.sallyport.executor.sandbox.mac;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxHost;
import dev.sallyport.executor.sandbox.SandboxProbe;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.canary.SystemCanaries;
import dev.sallyport.executor.sandbox.canary.SystemCanary;
import dev.sallyport.executor.sandbox.canary.SystemCanary.End;
import dev.sallyport.executor.sandbox.canary.SystemCanary.Targets;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** A Mac: tier C by Seatbelt. */
public final class MacSandboxHost implements SandboxHost {
    private final Path state;
    private final Platform platform;
    private final Clock clock;
    private final List<Path> programs;

    /**
     * @param state folder of the node's own for its sandboxes
     * @param programs folders with programs that tools see beside the system's own, read-only
     */
    public MacSandboxHost(Path state, Platform platform, Clock clock, List<Path> programs) {
        this.state = state;
        this.platform = platform;
        this.clock = clock;
        this.programs = List.copyOf(programs);
    }

    @Override
    public List<SandboxProbe> probes() {
        return List.of(new Seatbelt());
    }

    @Override
    public Set<String> accounting() {
        return Set.of();
    }

    @Override
    public List<String> degraded() {
        return List.of(
                "Memory and processes of a call are sampled by the node: macOS has nothing that holds them for all"
                        + " of its processes together.");
    }

    /** One program of macOS for each promise. */
    static List<SystemCanary> canaries(Targets targets) {
        Path cat = Path.of("/bin/cat");
        Path touch = Path.of("/usr/bin/touch");
        Path shell = Path.of("/bin/sh");
        return List.of(
                new SystemCanary("a program runs", Path.of("/usr/bin/true"), List.of(), End.WORKS),
                new SystemCanary("the workspace is writable", touch, List.of("canary"), End.WORKS),
                new SystemCanary(
                        "programs can start others", shell, List.of("-c", "/usr/bin/true; exit $?"), End.WORKS),
                new SystemCanary(
                        "files of the host cannot be read",
                        cat,
                        List.of(targets.secret().toString()),
                        End.STOPPED),
                new SystemCanary(
                        "nothing outside the workspace can be written",
                        touch,
                        List.of(targets.open().resolve("canary").toString()),
                        End.STOPPED),
                new SystemCanary(
                        "nothing on the network is reached",
                        Path.of("/usr/bin/nc"),
                        List.of("-z", "127.0.0.1", Integer.toString(targets.port())),
                        End.STOPPED),
                new SystemCanary(
                        "other processes cannot be signalled", shell, List.of("-c", "kill -0 $PPID"), End.STOPPED),
                new SystemCanary(
                        "an orphan ends with the call",
                        shell,
                        List.of("-c", "(trap '' TERM HUP; /bin/sleep 60 &) >/dev/null 2>&1 </dev/null"),
                        End.WORKS),
                new SystemCanary("the deadline ends a call", Path.of("/bin/sleep"), List.of("60"), End.TIMED_OUT));
    }

    private final class Seatbelt implements SandboxProbe {
        @Override
        public Tier tier() {
            return Tier.C;
        }

        @Override
        public Sandbox open() throws IOException {
            if (platform.user() == 0) {
                throw new SandboxUnavailable(
                        "This node runs as root, and on macOS tools run as the node does.",
                        "Give the node a user of its own (UserName in deploy/nodes/dev.sallyport.node.plist).");
            }
            if (!Files.isExecutable(Path.of(SeatbeltLaunch.SANDBOX_EXEC))) {
                throw new SandboxUnavailable(
                        "There is no " + SeatbeltLaunch.SANDBOX_EXEC + ".",
                        "Use a version of macOS that has it; without it no program is run here.");
            }
            MacLibrary system;
            try {
                system = new MacLibrary();
            } catch (RuntimeException e) {
                throw new SandboxUnavailable(
                        "This system lacks a function that the sandbox needs: " + e.getMessage() + ".",
                        "Compare its version with the supported ones; see docs/guarantees.md.");
            }
            Path folder = Files.createDirectories(state.resolve("canary"));
            return new SeatbeltSandbox(
                    system,
                    System.getProperty("os.version", ""),
                    programs,
                    new SystemCanaries(MacSandboxHost::canaries, folder),
                    platform,
                    clock);
        }
    }
}
