package dev.sallyport.executor.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.linux.gate.SandboxPrograms;
import dev.sallyport.executor.sandbox.seccomp.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BubblewrapLaunchTest {
    private static final LinuxHost HOST = new LinuxHost(
            Architecture.AARCH64,
            Path.of("/usr/bin/bwrap"),
            new SandboxPrograms(Path.of("/state/gate"), Path.of("/state/canary")),
            Path.of("/state/etc"),
            List.of(new LinuxHost.RootLink("bin", "usr/bin")),
            List.of(Path.of("/lib64")),
            null);

    @Test
    void launchOfAPlanIsThisArgv() {
        Launch launch = BubblewrapLaunch.of(plan("--", "$(rm -rf /)", "a b"), HOST, false, false);

        assertThat(launch.command().subList(0, 4)).containsExactly("/usr/bin/bwrap", "--args", "7", "--");
        assertThat(launch.command().subList(4, launch.command().size()))
                .containsExactly(
                        "/sallyport-gate",
                        "268435456",
                        "20",
                        "67108864",
                        "256",
                        "64",
                        "8192",
                        "0",
                        "0",
                        "/dev/shm",
                        "/tmp",
                        "/run",
                        "/home",
                        "--",
                        "/opt/tool",
                        "--",
                        "$(rm -rf /)",
                        "a b");
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
                        "--setenv",
                        "HOME",
                        "/workspace",
                        "--setenv",
                        "LANG",
                        "C.UTF-8",
                        "--setenv",
                        "LC_ALL",
                        "C.UTF-8",
                        "--setenv",
                        "NAME",
                        "value",
                        "--setenv",
                        "PATH",
                        "/usr/bin:/bin",
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
                        "/state/gate",
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
                        "/workspace");
    }

    @Test
    void noDataOfTheCallIsPartOfAScript() {
        assertThat(LaunchScript.OUTER).doesNotContain("%s", "/opt", "/workspace");
        assertThat(BubblewrapLaunch.of(plan("x"), HOST, true, true).command())
                .as("address space, where a cgroup holds the memory")
                .containsSequence("/sallyport-gate", "0", "20");
    }

    @Test
    void toolUserIsTakenBeforeBubblewrapStarts() {
        LinuxHost asRoot = new LinuxHost(
                HOST.architecture(),
                HOST.bwrap(),
                HOST.programs(),
                HOST.etc(),
                HOST.links(),
                HOST.directories(),
                new ToolUser(7, 8));

        assertThat(BubblewrapLaunch.of(plan(), asRoot, false, false).command())
                .startsWith(
                        "/usr/bin/setpriv",
                        "--reuid=7",
                        "--regid=8",
                        "--clear-groups",
                        "--inh-caps=-all",
                        "--bounding-set=-all",
                        "--no-new-privs",
                        "--",
                        "/usr/bin/bwrap");
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
        assertThat(launch.command()).containsSequence("0", "1", "/dev/shm");
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
