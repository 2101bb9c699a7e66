package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.LIMITS;
import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.Quota;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits with control groups and with nothing but rlimits and the node's own watch. */
class LimitAttackTest {
    private static final String BUSY = "my $x = 0; $x++ while 1;";
    private static final String ALLOCATE = "my @k; push @k, 'x' x (1 << 20) for 1..$ARGV[0]; print 'allocated'";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forkBombIsHeld(boolean cgroups) throws Exception {
        try (SandboxBench bench = new SandboxBench(cgroups)) {
            SandboxResult result = bench.perl(
                    TestLimits.with(limits -> limits.processes = 20),
                    "my $n = 0; for (1..200) { my $p = fork; last unless defined $p;"
                            + " if (!$p) { sleep 20; exit } $n++ } print $n");

            assertThat(Integer.parseInt(text(result))).isBetween(10, 20);
            assertThat(result.treeGone()).isTrue();
            assertThat(text(bench.perl(
                            TestLimits.with(limits -> limits.processes = 60),
                            "my $n = 0; for (1..40) { my $p = fork; last unless defined $p;"
                                    + " if (!$p) { exit } $n++ } print $n")))
                    .as("control")
                    .isEqualTo("40");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memoryIsHeld(boolean cgroups) throws Exception {
        try (SandboxBench bench = new SandboxBench(cgroups)) {
            assertThat(text(bench.perl(TestLimits.with(limits -> limits.memoryBytes = 256 << 20), ALLOCATE, "100")))
                    .as("control")
                    .isEqualTo("allocated");

            SandboxResult result =
                    bench.perl(TestLimits.with(limits -> limits.memoryBytes = 64 << 20), ALLOCATE, "100");

            assertThat(text(result)).isEmpty();
            if (held(result)) {
                assertThat(quota(result)).isEqualTo(Quota.MEMORY);
            } else {
                assertThat(result.exitStatus())
                        .as("the program's own failure to allocate")
                        .isNotZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memoryOfSeveralProcessesIsHeldTogether(boolean cgroups) throws Exception {
        try (SandboxBench bench = new SandboxBench(cgroups)) {
            SandboxResult result = bench.perl(
                    TestLimits.with(limits -> limits.memoryBytes = 96 << 20),
                    "for (1..4) { if (!fork) { my @k; push @k, 'x' x (1 << 20) for 1..50; sleep 15; exit } }"
                            + " 1 while wait > 0; print 'all'");

            assertThat(quota(result)).isEqualTo(Quota.MEMORY);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void processorTimeIsHeldAcrossProcesses(boolean cgroups) throws Exception {
        try (SandboxBench bench = new SandboxBench(cgroups)) {
            SandboxResult one = bench.perl(TestLimits.with(limits -> limits.cpuMillis = 800), BUSY);
            SandboxResult several =
                    bench.perl(TestLimits.with(limits -> limits.cpuMillis = 1500), "fork; fork; " + BUSY);

            assertThat(quota(one)).isEqualTo(Quota.CPU_TIME);
            assertThat(quota(several)).isEqualTo(Quota.CPU_TIME);
            assertThat(several.use().cpuMillis()).isBetween(1400L, 4000L);
            assertThat(several.treeGone()).isTrue();
        }
    }

    /**
     * memfd_create and shmget by their numbers: memory of no process, which neither an address space nor a sample of
     * the processes counts. Held by the cgroup where there is one, refused where there is none.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memoryThatBelongsToNoProcessIsHeld(boolean cgroups) throws Exception {
        boolean intel = System.getProperty("os.arch").equals("amd64");
        String memfd =
                "my $n = 0; my $name = 'x'; for (1..10) { my $d = syscall(" + (intel ? 319 : 279) + ", $name, 0);"
                        + " if ($d < 0) { print \"no: $!\"; exit } open(my $f, '>&=', $d) or die; push @keep, $f;"
                        + " for (1..60) { syswrite($f, 'x' x (1 << 20)) == 1 << 20 or exit 1; $n++ } } print $n";
        String segment = "my $d = syscall(" + (intel ? 29 : 194) + ", 0, 1 << 20, 0600);"
                + " if ($d < 0) { print \"no: $!\"; exit } print 'made'; syscall("
                + (intel ? 31 : 195) + ", $d, 0, 0)";
        try (SandboxBench bench = new SandboxBench(cgroups)) {
            assertThat(bench.outside(segment)).as("control").isEqualTo("made");
            SandboxResult files = bench.perl(memfd);
            if (held(files)) {
                assertThat(quota(files)).isEqualTo(Quota.MEMORY);
                assertThat(text(bench.perl(segment)))
                        .as("control: allowed where it is counted")
                        .isEqualTo("made");
            } else {
                assertThat(text(files)).isEqualTo("no: Operation not permitted");
                assertThat(text(bench.perl(segment))).isEqualTo("no: Operation not permitted");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp", "/run", "/home", "/dev/shm"})
    void filesInATemporaryFolderAreBounded(String folder) throws Exception {
        String make = "for (1..$ARGV[1]) { open(my $f, '>', \"$ARGV[0]/f$_\") or die } print 'made';"
                + " $| = 1; sleep 15 if $ARGV[1] > 5000";
        try (SandboxBench bench = new SandboxBench(false)) {
            assertThat(text(bench.perl(make, folder, "1000"))).as("control").isEqualTo("made");

            SandboxResult result = bench.perl(make, folder, "40000");

            assertThat(quota(result)).isEqualTo(Quota.MEMORY);
            assertThat(result.use().wallMillis()).isLessThan(15_000);
        }
    }

    /** A call that is over before the first sample has still been measured, or says that it was not. */
    @Test
    void whatAShortCallUsedIsMeasured() throws Exception {
        try (SandboxBench bench = new SandboxBench(false)) {
            SandboxResult result = bench.perl("exit 0");

            assertThat(result.use().peakMemoryBytes()).isGreaterThan(1 << 20);
            assertThat(result.use().cpuMillis()).isNotNull();
        }
    }

    private static boolean held(SandboxResult result) {
        return result.facts().stream()
                .anyMatch(fact -> fact.name().equals("memory")
                        && String.valueOf(fact.value()).startsWith("cgroup"));
    }

    @Test
    void endlessOutputEndsTheCall() throws Exception {
        try (SandboxBench bench = new SandboxBench()) {
            SandboxResult result = bench.perl(
                    TestLimits.with(limits -> limits.outputBytes = 1 << 20),
                    "print STDOUT 'x' x 8192, print STDERR 'y' x 8192 while 1");

            assertThat(quota(result)).isEqualTo(Quota.OUTPUT);
            assertThat(result.stdout().kept().length).isLessThanOrEqualTo(128 << 10);
            assertThat(result.treeGone()).isTrue();
        }
    }

    @Test
    void headAndTailAreKeptAndAllBytesDigested() throws Exception {
        try (SandboxBench bench = new SandboxBench()) {
            SandboxResult result = bench.perl("print 'a'; print 'b' x 999_998; print 'c'");

            byte[] all = ("a" + "b".repeat(999_998) + "c").getBytes(StandardCharsets.US_ASCII);
            assertThat(result.exitStatus()).isZero();
            assertThat(result.stdout().totalBytes()).isEqualTo(1_000_000);
            assertThat(result.stdout().truncated()).isTrue();
            assertThat(text(result)).startsWith("ab").endsWith("bc");
            assertThat(result.stdout().sha256())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(all)));
        }
    }

    @Test
    void scratchSpaceFileSizeAndWorkspaceAreHeld() throws Exception {
        try (SandboxBench bench = new SandboxBench()) {
            String fill = "my $n = 0; for my $i (1..$ARGV[1]) { open(my $f, '>', \"$ARGV[0]/f$i\") or last;"
                    + " (syswrite($f, 'x' x (1 << 20)) // 0) == (1 << 20) or last; $n++ } print $n";
            assertThat(Integer.parseInt(text(bench.perl(fill, "/tmp", "100")))).isBetween(20, 32);
            assertThat(Integer.parseInt(text(bench.perl(fill, "/dev/shm", "100"))))
                    .isBetween(20, 32);

            SandboxResult large = bench.perl(
                    TestLimits.with(limits -> limits.fileBytes = 1 << 20),
                    "open(my $f, '>', 'large') or die; syswrite($f, 'x' x (1 << 20)) for 1..3");
            assertThat(quota(large)).isEqualTo(Quota.WORKSPACE);
            assertThat(bench.workspace.resolve("large")).hasSize(1 << 20);

            SandboxResult many = bench.perl(
                    TestLimits.with(limits -> {
                        limits.workspaceBytes = 8 << 20;
                        limits.workspaceFiles = 1000;
                    }),
                    fill + "; sleep 10",
                    "/workspace",
                    "64");
            assertThat(quota(many)).isEqualTo(Quota.WORKSPACE);
        }
    }

    @Test
    void inputIsGivenOrNothing() throws Exception {
        try (SandboxBench bench = new SandboxBench()) {
            var plan = bench.plan(LIMITS, Path.of("/usr/bin/cat"));

            SandboxResult given = bench.sandbox()
                    .start(plan, "go\nsome input".getBytes(StandardCharsets.UTF_8))
                    .await();

            assertThat(text(given)).isEqualTo("go\nsome input");
            assertThat(text(bench.run(plan))).isEmpty();
            assertThat(bench.perl("exit 42").exitStatus()).isEqualTo(42);
        }
    }

    private static @Nullable Quota quota(SandboxResult result) {
        ToolFailure failure = result.failure();
        return failure instanceof QuotaExceeded exceeded ? exceeded.which() : null;
    }
}
