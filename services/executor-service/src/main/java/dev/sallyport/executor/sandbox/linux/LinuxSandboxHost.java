package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxHost;
import dev.sallyport.executor.sandbox.SandboxProbe;
import dev.sallyport.executor.sandbox.linux.gate.SandboxPrograms;
import dev.sallyport.executor.sandbox.linux.kernel.Cgroups;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.sandbox.protect.ProtectedWorkspaces;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Linux host: tier C by bubblewrap, tier B by the launcher, Landlock and seccomp. */
public final class LinuxSandboxHost implements SandboxHost {
    private final Path state;
    private final Path bwrap;
    private final @Nullable ToolUser toolUser;
    private final Clock clock;
    private final ReadyTerms terms;
    private final List<Path> programs;
    private final ProtectedWorkspaces workspaces = new ProtectedWorkspaces(Platform.current());
    private boolean swept;

    /**
     * @param state folder of the node's own for its sandboxes
     * @param bwrap where bubblewrap is, usually /usr/bin/bwrap
     * @param toolUser the tools' user when this process is root, null when tools run as this process's own user
     * @param terms of sandboxes that wait for a call
     * @param programs folders with programs that tools see beside the system's own, read-only
     */
    public LinuxSandboxHost(
            Path state, Path bwrap, @Nullable ToolUser toolUser, Clock clock, ReadyTerms terms, List<Path> programs) {
        this.programs = List.copyOf(programs);
        this.state = state;
        this.bwrap = bwrap;
        this.toolUser = toolUser;
        this.clock = clock;
        this.terms = terms;
    }

    @Override
    public List<SandboxProbe> probes() {
        return List.of(new Bubblewrap(), new Landlock());
    }

    @Override
    public Set<String> accounting() {
        return cgroups().mechanisms();
    }

    @Override
    public List<String> degraded() {
        return cgroups().degraded();
    }

    /** Groups of nodes with other folders are not this node's. */
    private Cgroups cgroups() {
        return Cgroups.found(
                Integer.toHexString(state.toAbsolutePath().toString().hashCode()));
    }

    /** Swept once: later the groups are those of running calls. */
    private synchronized Cgroups swept() {
        Cgroups cgroups = cgroups();
        if (!swept) {
            cgroups.sweep();
            swept = true;
        }
        return cgroups;
    }

    private final class Landlock implements SandboxProbe {
        @Override
        public Tier tier() {
            return Tier.B;
        }

        @Override
        public Sandbox open() throws IOException {
            Path folder = state.resolve("inside");
            LandlockHost host = HostInspection.forLandlock(folder, toolUser, programs);
            Path canary = SandboxPrograms.in(folder, host.architecture()).canary();
            return new LandlockSandbox(host, canary, swept(), workspaces, clock, terms);
        }
    }

    private final class Bubblewrap implements SandboxProbe {
        @Override
        public Tier tier() {
            return Tier.C;
        }

        @Override
        public Sandbox open() throws IOException, InterruptedException {
            LinuxHost host = HostInspection.of(bwrap, state.resolve("inside"), toolUser, programs);
            String version = version();
            return new BubblewrapSandbox(host, version, swept(), workspaces, clock, terms);
        }

        private String version() throws IOException, InterruptedException {
            Process process = new ProcessBuilder(bwrap.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            process.waitFor();
            return said;
        }
    }
}
