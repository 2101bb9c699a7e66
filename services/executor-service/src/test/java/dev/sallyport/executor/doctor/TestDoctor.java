package dev.sallyport.executor.doctor;

import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.linux.LinuxSandboxHost;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.workspace.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** A doctor of this host, as the tests' user. */
public final class TestDoctor {
    private TestDoctor() {}

    /** A workspace of the tools' user beside that doctor's. */
    public static Path workspace(Path state, String session) throws IOException {
        return new Workspaces(Platform.current(), state.resolve("workspaces"), TestNodeUser.orNull())
                .of("test", "doctor", session);
    }

    /** One with that folder for its own, and that bubblewrap. */
    public static Doctor of(Path state, Path bwrap) throws IOException {
        ToolUser user = TestNodeUser.orNull();
        Platform platform = Platform.current();
        return new Doctor(
                new LinuxSandboxHost(state, bwrap, user, Clock.systemUTC(), ReadyTerms.NONE, List.of()),
                new Workspaces(platform, state.resolve("workspaces"), user),
                platform);
    }
}
