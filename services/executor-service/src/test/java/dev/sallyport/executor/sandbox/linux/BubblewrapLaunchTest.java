package dev.sallyport.executor.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.linux.gate.SandboxPrograms;
import dev.sallyport.executor.sandbox.linux.launch.GateRequest;
import dev.sallyport.executor.sandbox.linux.launch.LaunchCommand;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest.Limit;
import dev.sallyport.executor.sandbox.seccomp.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BubblewrapLaunchTest {
    private static final LinuxHost HOST = new LinuxHost(
            Architecture.AARCH64,
            Path.of("/usr/bin/bwrap"),
            new SandboxPrograms(Path.of("/state/launch"), Path.of("/state/canary")),
            Path.of("/state/etc"),
            List.of(new LinuxHost.RootLink("bin", "usr/bin")),
            List.of(Path.of("/lib64")),
            null);

    @Test
    void launchOfAPlanIsThisArgv() {
        Launch launch = BubblewrapLaunch.of(plan("--", "$(rm -rf /)", "a b"), HOST, false, false);

        assertThat(launch.request().command())
                .containsExactly("/usr/bin/bwrap", "--args", "7", "--", "/sallyport-gate", "gate");
        assertThat(launch.request().files())
                .extracting(LaunchRequest.MemoryFile::number)
                .containsExactly(7, 8, 9, 2);
        assertThat(launch.request().files().getFirst().content())
                .asString()
                .isEqualTo(String.join("\0", launch.bwrapArguments()) + "\0");
        assertThat(launch.request().files().get(2).content()).isEqualTo(launch.filter());
        assertThat(launch.gate())
                .isEqualTo(new GateRequest(
                        false,
                        Path.of("/opt/tool"),
                        List.of(
                                Limit.of(Limit.CORE, 0),
                                new Limit(Limit.CPU, 20, 21),
                                Limit.of(Limit.FILE_SIZE, 67108864),
                                Limit.of(Limit.OPEN_FILES, 256),
                                Limit.of(Limit.PROCESSES, 64),
                                Limit.of(Limit.ADDRESS_SPACE, 268435456)),
                        8192,
                        List.of("/dev/shm", "/tmp", "/run", "/home")));
        assertThat(launch.bwrapArguments())
                .containsExactly(
                        "--unshare-user",
                        "--unshare-ipc",
                        "--unshare-pid",
                        "--unshare-uts",
                        "--unshare-cgroup",
                        "--unshare-net",
                        "--as-pid-1",
                        "--disable-userns",
                        "--cap-drop",
                        "ALL",
                        "--new-session",
                        "--die-with-parent",
                        "--uid",
                        "1000",
                        "--gid",
                        "1000",
                        "--hostname",
                        "sandbox",
                        "--seccomp",
                        "9",
                        "--json-status-fd",
                        "8",
                        "--clearenv",
                        "--ro-bind",
                        "/usr",
                        "/usr",
                        "--symlink",
                        "usr/bin",
                        "/bin",
                        "--ro-bind",
                        "/lib64",
                        "/lib64",
                        "--ro-bind",
                        "/state/etc",
                        "/etc",
                        "--proc",
                        "/proc",
                        "--dev",
                        "/dev",
                        "--perms",
                        "0700",
                        "--size",
                        "33554432",
                        "--tmpfs",
                        "/dev/shm",
                        "--perms",
                        "0700",
                        "--size",
                        "33554432",
                        "--tmpfs",
                        "/tmp",
                        "--perms",
                        "0700",
                        "--size",
                        "33554432",
                        "--tmpfs",
                        "/run",
                        "--perms",
                        "0700",
                        "--size",
                        "33554432",
                        "--tmpfs",
                        "/home",
                        "--ro-bind",
                        "/state/launch",
                        "/sallyport-gate",
                        "--ro-bind",
                        "/store/image",
                        "/opt/tool",
                        "--bind",
                        "/state/workspace",
                        "/workspace",
                        "--remount-ro",
                        "/dev",
                        "--remount-ro",
                        "/",
                        "--chdir",
                        "/");
    }

    @Test
    void whatBelongsToTheCallIsToldAtTheGateAndNotBefore() {
        LaunchCommand command = BubblewrapLaunch.command(plan("--", "a b"), true);

        assertThat(command)
                .isEqualTo(new LaunchCommand(
                        true,
                        "/workspace",
                        List.of("/opt/tool", "--", "a b"),
                        Map.of(
                                "HOME", "/workspace",
                                "LANG", "C.UTF-8",
                                "LC_ALL", "C.UTF-8",
                                "NAME", "value",
                                "PATH", "/usr/bin:/bin")));
        assertThat(BubblewrapLaunch.of(plan("--", "a b"), HOST, false, false).bwrapArguments())
                .doesNotContain("a b", "NAME", "value");
        assertThat(BubblewrapLaunch.of(plan("x"), HOST, true, true).gate().limits())
                .as("address space, where a cgroup holds the memory")
                .noneMatch(limit -> limit.resource() == Limit.ADDRESS_SPACE);
    }

    @Test
    void toolUserIsTakenBeforeBubblewrapStarts() {
        ToolUser user = new ToolUser(7, 8);
        LinuxHost asRoot = new LinuxHost(
                HOST.architecture(), HOST.bwrap(), HOST.programs(), HOST.etc(), HOST.links(), HOST.directories(), user);

        assertThat(BubblewrapLaunch.of(plan(), asRoot, false, true).request())
                .satisfies(
                        request -> assertThat(request.user()).isEqualTo(user),
                        request -> assertThat(request.intoCgroup()).isTrue());
    }

    @Test
    void confinedProgramHasAReadOnlyWorkspaceNoProcAndAGateThatLetsOneExecutionHappen() {
        SandboxPlan open = plan("a");
        Launch launch = BubblewrapLaunch.of(
                new SandboxPlan(
                        open.executable(),
                        open.image(),
                        open.arguments(),
                        open.workspace(),
                        true,
                        open.environment(),
                        open.network(),
                        open.limits()),
                HOST,
                false,
                false);

        assertThat(launch.bwrapArguments())
                .containsSequence("--ro-bind", "/state/workspace", "/workspace")
                .doesNotContain("--bind", "--proc");
        assertThat(launch.mountPoints()).doesNotContain("/proc");
        assertThat(launch.writable()).doesNotContain("/workspace");
        assertThat(launch.gate().confined()).isTrue();
        assertThat(BubblewrapLaunch.command(open, false).environment())
                .as("control")
                .containsEntry("HOME", "/workspace");
        assertThat(BubblewrapLaunch.of(open, HOST, false, false).bwrapArguments())
                .as("control")
                .containsSequence("--bind", "/state/workspace", "/workspace");
    }

    @Test
    void nulInAnArgumentIsRefused() {
        assertThatThrownBy(() -> plan("a\0--bind"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("args");
        assertThat(plan("a--bind").arguments()).containsExactly("a--bind");
    }

    private static SandboxPlan plan(String... arguments) {
        return new SandboxPlan(
                Path.of("/opt/tool"),
                Path.of("/store/image"),
                List.of(arguments),
                Path.of("/state/workspace"),
                false,
                Map.of("NAME", "value"),
                NetworkPlan.NONE,
                SandboxLimits.DEFAULT);
    }
}
