package dev.sallyport.executor.doctor;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.SandboxHost;
import dev.sallyport.executor.sandbox.linux.LinuxSandboxHost;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.sandbox.mac.MacSandboxHost;
import dev.sallyport.executor.sandbox.windows.WindowsSandboxHost;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of its sandboxes, whatever its system.
 *
 * @param bwrap where bubblewrap is; Linux alone asks for it
 * @param toolUser the tools' user when this process is root, null when tools run as this process's own user
 * @param ready sandboxes that wait for a call; Linux alone has any
 * @param programs folders with programs that tools see beside the system's own, read-only
 */
public record SandboxHosts(Path bwrap, @Nullable ToolUser toolUser, ReadyTerms ready, List<Path> programs) {
    /** Copies the list. */
    public SandboxHosts {
        programs = List.copyOf(programs);
    }

    /** This host's sandboxes, which keep what they need in that folder. */
    public SandboxHost on(Platform platform, Path state, Clock clock) {
        return switch (platform.family()) {
            case LINUX -> new LinuxSandboxHost(state, bwrap, toolUser, clock, ready, programs);
            case MACOS -> new MacSandboxHost(state, platform, clock, programs);
            case WINDOWS -> new WindowsSandboxHost(state, platform, clock);
        };
    }
}
