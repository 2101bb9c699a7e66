package dev.sallyport.executor.sandbox.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.linux.kernel.Cgroups;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.sandbox.protect.ProtectedWorkspaces;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A node that is killed without warning leaves no tool running, and the next one sweeps what is left of it. */
class KilledNodeTest {
    /** The life of a node up to the point where it is killed. */
    static final class Doomed {
        private Doomed() {}

        /** Tries to take the parent-death signal from the first process, and goes on whatever comes of it. */
        private static final String OUTLIVE = "$SIG{TERM} = 'IGNORE'; if (open(my $m, '+<', '/proc/1/mem')) {"
                + " open(my $s, '<', '/proc/1/syscall'); my $at = hex((split ' ', <$s>)[-1]); sysseek($m, $at, 0);"
                + " syswrite($m, pack('H*', 'b89d000000bf0100000031f60f05b8220000000f05ebf7')); fork or exit }"
                + " fork; sleep 60";

        static void main(String[] args) throws Exception {
            Path base = Path.of(args[0]);
            LinuxHost host =
                    HostInspection.of(Path.of("/usr/bin/bwrap"), base.resolve("etc"), TestNodeUser.orNull(), List.of());
            BubblewrapSandbox sandbox = new BubblewrapSandbox(
                    host,
                    "bubblewrap",
                    Cgroups.found(args[1]),
                    new ProtectedWorkspaces(Platform.current()),
                    Clock.systemUTC(),
                    new ReadyTerms(2, 5, Duration.ofMinutes(1)));
            sandbox.start(
                            new SandboxPlan(
                                    SandboxBench.PERL,
                                    SandboxBench.PERL,
                                    List.of("-e", "1"),
                                    base.resolve("workspace"),
                                    false,
                                    Map.of(),
                                    NetworkPlan.NONE,
                                    SandboxBench.LIMITS),
                            null)
                    .await();
            Awaitility.await().until(() -> sandbox.waiting() == 1);
            sandbox.start(
                    new SandboxPlan(
                            SandboxBench.PERL,
                            SandboxBench.PERL,
                            List.of("-e", OUTLIVE, "--", args[2]),
                            base.resolve("workspace"),
                            false,
                            Map.of(),
                            NetworkPlan.NONE,
                            TestLimits.with(limits -> limits.wallMillis = 60_000)),
                    null);
            System.out.println("started");
            Thread.sleep(Duration.ofMinutes(2));
        }
    }

    @Test
    void toolsDieWithTheirNodeAndTheNextStartSweeps() throws Exception {
        try (SandboxBench bench = new SandboxBench()) {
            String owner = "killed" + ProcessHandle.current().pid();
            String mark = "killed-mark-" + System.nanoTime();
            Path base = Files.createDirectory(bench.base.resolve("doomed"));
            Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
            bench.own(Files.createDirectory(base.resolve("workspace")));
            Process node = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx96m",
                            "-XX:+UseSerialGC",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Doomed.class.getName(),
                            base.toString(),
                            owner,
                            mark)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader said = new BufferedReader(new InputStreamReader(node.getInputStream(), UTF_8))) {
                assertThat(said.readLine()).isEqualTo("started");
            }
            Awaitility.await().until(() -> tools(mark) == 2);
            List<ProcessHandle> all = node.descendants().toList();
            assertThat(all).as("a call and a sandbox that waits, with keepers").hasSizeGreaterThanOrEqualTo(8);

            node.destroyForcibly().waitFor();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> tools(mark) == 0 && all.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(base.resolve("workspace"))
                    .as("nothing of the sandbox's own")
                    .isEmptyDirectory();
            Cgroups next = Cgroups.found(owner);
            int expected = next.mechanisms().isEmpty() ? 0 : 2;
            assertThat(next.sweep()).isEqualTo(expected);
            assertThat(next.sweep()).as("all of it").isZero();
        }
    }

    /** Whatever becomes of bubblewrap and of the keeper, the gate sees the end of the node, or of whoever it speaks with. */
    @Test
    void gateEndsItsSandboxWhenNobodyElseCan() throws Exception {
        try (SandboxBench bench = new SandboxBench(false)) {
            String mark = "left-mark-" + System.nanoTime();
            SandboxedCall left = bench.sandbox()
                    .start(
                            bench.plan(SandboxBench.LIMITS, SandboxBench.PERL, "-e", "fork; sleep 60", "--", mark),
                            null);
            Awaitility.await().until(() -> tools(mark) == 2);
            ProcessHandle gate =
                    SandboxBench.processesWith(mark).getFirst().parent().orElseThrow();
            while (gate.info().command().map("/usr/bin/perl"::equals).orElse(false)) {
                gate = gate.parent().orElseThrow();
            }
            ProcessHandle monitor = gate.parent().orElseThrow();
            ProcessHandle keeper = monitor.parent().orElseThrow();
            assertThat(monitor.info().command()).as("control").contains("/usr/bin/bwrap");
            new ProcessBuilder("kill", "-STOP", Long.toString(monitor.pid()), Long.toString(keeper.pid()))
                    .start()
                    .waitFor();

            left.kill(KillCause.CANCELLED);

            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> tools(mark) == 0);
            new ProcessBuilder("kill", "-CONT", Long.toString(monitor.pid()), Long.toString(keeper.pid()))
                    .start()
                    .waitFor();
            assertThat(left.await().failure()).isInstanceOf(ToolFailure.Cancelled.class);
        }
    }

    /** The tool's own processes, without bubblewrap's and the node's, which name it on their command lines too. */
    private static long tools(String mark) {
        return SandboxBench.processesWith(mark).stream()
                .filter(process ->
                        process.info().command().map("/usr/bin/perl"::equals).orElse(false))
                .count();
    }
}
