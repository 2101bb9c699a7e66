package dev.sallyport.executor.sandbox.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.linux.kernel.Cgroups;
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
            LinuxHost host = HostInspection.of(Path.of("/usr/bin/bwrap"), base.resolve("etc"), TestNodeUser.orNull());
            BubblewrapSandbox sandbox = new BubblewrapSandbox(
                    host, "bubblewrap", Cgroups.found(args[1]), base.resolve("runs"), Clock.systemUTC());
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

            node.destroyForcibly().waitFor();

            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> tools(mark) == 0);
            assertThat(base.resolve("workspace"))
                    .as("nothing of the sandbox's own")
                    .isEmptyDirectory();
            Cgroups next = Cgroups.found(owner);
            int expected = next.mechanisms().isEmpty() ? 0 : 1;
            assertThat(next.sweep()).isEqualTo(expected);
            assertThat(next.sweep()).as("all of it").isZero();
            assertThat(base.resolve("runs")).isNotEmptyDirectory();
            BubblewrapSandbox after =
                    new BubblewrapSandbox(bench.host, "bubblewrap", next, base.resolve("runs"), Clock.systemUTC());
            assertThat(base.resolve("runs")).isEmptyDirectory();
            assertThat(after.start(bench.plan(SandboxBench.LIMITS, SandboxBench.PERL, "-e", "exit 0"), null)
                            .await()
                            .exitStatus())
                    .isZero();
        }
    }

    /** As if a tool had got rid of its parent-death signal: nothing but the files of its start tells of it. */
    @Test
    void sandboxThatOutlivedItsNodeIsEndedWithoutCgroups() throws Exception {
        try (SandboxBench bench = new SandboxBench(false)) {
            String mark = "left-mark-" + System.nanoTime();
            var left = bench.sandbox()
                    .start(
                            bench.plan(SandboxBench.LIMITS, SandboxBench.PERL, "-e", "fork; sleep 60", "--", mark),
                            null);
            Awaitility.await().until(() -> tools(mark) == 2);

            bench.sandbox(bench.host);
            assertThat(tools(mark)).as("control: another node's sandbox").isEqualTo(2);
            new BubblewrapSandbox(
                    bench.host, "bubblewrap", Cgroups.none(), bench.base.resolve("runs"), Clock.systemUTC());

            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> tools(mark) == 0);
            assertThat(left.await().failure()).isNotNull();
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
