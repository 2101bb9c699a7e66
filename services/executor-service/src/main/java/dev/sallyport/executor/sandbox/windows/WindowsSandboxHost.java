package dev.sallyport.executor.sandbox.windows;

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
import java.util.NoSuchElementException;
import java.util.Set;

/** A Windows host: tier C by an app container and a job. */
public final class WindowsSandboxHost implements SandboxHost {
    private final Path state;
    private final Platform platform;
    private final Clock clock;

    /**
     * @param state folder of the node's own for its sandboxes
     */
    public WindowsSandboxHost(Path state, Platform platform, Clock clock) {
        this.state = state;
        this.platform = platform;
        this.clock = clock;
    }

    @Override
    public List<SandboxProbe> probes() {
        return List.of(new AppContainer());
    }

    @Override
    public Set<String> accounting() {
        return Set.of("job");
    }

    @Override
    public List<String> degraded() {
        return List.of("The size of a file and the number of open ones are not bounded by Windows: the workspace is"
                + " counted by the node.");
    }

    /** One program of Windows for each promise. */
    static List<SystemCanary> canaries(Path system, Targets targets) {
        Path shell = system.resolve("cmd.exe");
        return List.of(
                new SystemCanary("a program runs", system.resolve("whoami.exe"), List.of(), End.WORKS),
                new SystemCanary("the workspace is writable", shell, List.of("/d", "/c", "echo 1> canary"), End.WORKS),
                new SystemCanary("programs can start others", shell, List.of("/d", "/c", "whoami.exe"), End.WORKS),
                new SystemCanary(
                        "files of the host cannot be read",
                        shell,
                        List.of("/d", "/c", "type " + targets.secret()),
                        End.STOPPED),
                new SystemCanary(
                        "nothing outside the workspace can be written",
                        shell,
                        List.of("/d", "/c", "echo 1> " + targets.open().resolve("canary")),
                        End.STOPPED),
                new SystemCanary(
                        "nothing on the network is reached",
                        system.resolve("WindowsPowerShell").resolve("v1.0").resolve("powershell.exe"),
                        List.of(
                                "-NoProfile",
                                "-Command",
                                "try { (New-Object Net.Sockets.TcpClient).Connect('127.0.0.1', " + targets.port()
                                        + ") } catch { exit 1 }"),
                        End.STOPPED),
                new SystemCanary(
                        "an orphan ends with the call",
                        shell,
                        List.of("/d", "/c", "start /b waitfor.exe sallyport /t 60"),
                        End.WORKS),
                new SystemCanary(
                        "the deadline ends a call",
                        system.resolve("waitfor.exe"),
                        List.of("sallyport", "/t", "60"),
                        End.TIMED_OUT));
    }

    private final class AppContainer implements SandboxProbe {
        @Override
        public Tier tier() {
            return Tier.C;
        }

        @Override
        public Sandbox open() throws IOException {
            String root = System.getenv("SystemRoot");
            if (root == null) {
                throw new SandboxUnavailable(
                        "The node does not know where Windows lies.", "Start it with the variable SystemRoot.");
            }
            Win32 windows;
            try {
                windows = new Win32Library();
            } catch (NoSuchElementException | IllegalArgumentException e) {
                throw new SandboxUnavailable(
                        "This system lacks a function that the sandbox needs: " + e.getMessage() + ".",
                        "Use Windows 10 or Windows Server 2019, or later.");
            }
            Path folder = Files.createDirectories(state.resolve("canary"));
            Path system = Path.of(root, "System32");
            return new AppContainerSandbox(
                    windows,
                    System.getProperty("os.version", ""),
                    root,
                    new SystemCanaries(targets -> canaries(system, targets), folder),
                    platform,
                    clock);
        }
    }
}
