package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.platform.EntryName;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.linux.kernel.Cgroups;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.sandbox.protect.ProtectedWorkspaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A place to attack the sandbox from: a host folder with things to steal, a workspace, and the same program run inside
 * and outside. Tools never run as uid 0: started as root, both run as an unprivileged user.
 */
final class SandboxBench implements AutoCloseable {
    static final Path PERL = Path.of("/usr/bin/perl");
    static final SandboxLimits LIMITS = TestLimits.with(_ -> {});

    private static final int UNPRIVILEGED = 64_901;

    final Path base;
    final Path workspace;
    final @Nullable ToolUser user;
    final LinuxHost host;
    private final ProtectedWorkspaces workspaces = new ProtectedWorkspaces(Platform.current());
    private final BubblewrapSandbox sandbox;
    private final List<Sandbox> others = new ArrayList<>();

    SandboxBench() throws IOException {
        this(true);
    }

    SandboxBench(boolean cgroups) throws IOException {
        if (!Files.isExecutable(PERL)) {
            throw new IllegalStateException("These attacks are written in Perl: apt-get install perl-base");
        }
        base = Files.createTempDirectory("sandbox-bench");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        user = HostInspection.ownUid() == 0 ? new ToolUser(UNPRIVILEGED, UNPRIVILEGED) : null;
        workspace = Files.createDirectory(base.resolve("workspace"));
        own(workspace);
        Files.setPosixFilePermissions(workspace, PosixFilePermissions.fromString("rwx------"));
        host = HostInspection.of(Path.of("/usr/bin/bwrap"), base.resolve("etc"), user, List.of());
        Cgroups groups =
                cgroups ? Cgroups.found("test" + ProcessHandle.current().pid()) : Cgroups.none();
        sandbox = new BubblewrapSandbox(host, "bubblewrap", groups, workspaces, Clock.systemUTC(), ReadyTerms.NONE);
    }

    /** Gives a file to the user that tools run as. */
    void own(Path file) throws IOException {
        if (user != null) {
            Files.setAttribute(file, "unix:uid", user.uid());
            Files.setAttribute(file, "unix:gid", user.gid());
        }
    }

    BubblewrapSandbox sandbox() {
        return sandbox;
    }

    BubblewrapSandbox sandbox(LinuxHost other) {
        BubblewrapSandbox made = new BubblewrapSandbox(
                other, "bubblewrap", Cgroups.none(), workspaces, Clock.systemUTC(), ReadyTerms.NONE);
        others.add(made);
        return made;
    }

    /** A sandbox of tier B for the same user and workspace. */
    LandlockSandbox landlock() throws IOException {
        return landlock(
                landlockHost(), Cgroups.found("testb" + ProcessHandle.current().pid()));
    }

    LandlockSandbox landlock(LandlockHost other, Cgroups groups) {
        return new LandlockSandbox(
                other, host.programs().canary(), groups, workspaces, Clock.systemUTC(), ReadyTerms.NONE);
    }

    LandlockHost landlockHost() {
        return HostInspection.forLandlock(base.resolve("inside"), user, List.of());
    }

    SandboxPlan plan(SandboxLimits limits, Path program, String... arguments) {
        return plan(NetworkPlan.NONE, limits, program, arguments);
    }

    SandboxPlan plan(NetworkPlan network, SandboxLimits limits, Path program, String... arguments) {
        return new SandboxPlan(
                program, program, List.of(arguments), workspace, false, Map.of("GREETING", "hello"), network, limits);
    }

    /** The plan of a program that runs confined. */
    SandboxPlan confined(Path program, String... arguments) {
        return new SandboxPlan(
                program, program, List.of(arguments), workspace, true, Map.of(), NetworkPlan.NONE, LIMITS);
    }

    SandboxResult run(SandboxPlan plan) throws InterruptedException {
        return sandbox.start(plan, null).await();
    }

    /** Runs a Perl program in the sandbox. */
    SandboxResult perl(String program, String... arguments) throws InterruptedException {
        return perl(LIMITS, program, arguments);
    }

    SandboxResult perl(SandboxLimits limits, String program, String... arguments) throws InterruptedException {
        return run(plan(limits, PERL, withProgram(program, arguments)));
    }

    SandboxResult perlWithNetwork(String program, String... arguments) throws InterruptedException {
        return run(plan(NetworkPlan.OPEN, LIMITS, PERL, withProgram(program, arguments)));
    }

    /** Runs the same harmless program outside, as the same user: the positive control. Answers its stdout. */
    String outside(String program, String... arguments) throws IOException, InterruptedException {
        Process process = startOutside(program, arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException("the control did not end");
        }
        return out;
    }

    Process startOutside(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (user != null) {
            command.addAll(List.of(
                    "/usr/bin/setpriv", "--reuid=" + user.uid(), "--regid=" + user.gid(), "--clear-groups", "--"));
        }
        command.add(PERL.toString());
        command.addAll(List.of(withProgram(program, arguments)));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(Path.of("/").toFile());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }

    /** Processes of this host that have the word among their arguments. */
    static List<ProcessHandle> processesWith(String word) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return Files.readString(
                                        Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                                .contains(word);
                    } catch (IOException _) {
                        return false;
                    }
                })
                .toList();
    }

    static String text(SandboxResult result) {
        return new String(result.stdout().kept(), StandardCharsets.UTF_8);
    }

    static String errors(SandboxResult result) {
        return new String(result.stderr().kept(), StandardCharsets.UTF_8);
    }

    static String[] withProgram(String program, String... arguments) {
        List<String> all = new ArrayList<>(List.of("-e", program, "--"));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    /** Lets everybody read and run a file. */
    void readable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-xr-xr-x"));
    }

    @Override
    public void close() throws IOException {
        sandbox.close();
        others.forEach(Sandbox::close);
        remove(base);
    }

    /** Attacks leave what nothing else removes: folders nested beyond the longest path. */
    static void remove(Path base) throws IOException {
        Platform.current()
                .remove(
                        Objects.requireNonNull(base.getParent()),
                        EntryName.of(base.getFileName().toString()));
    }
}
