package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.PERL;
import static dev.sallyport.executor.sandbox.linux.SandboxBench.processesWith;
import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.landlock.LandlockAbi;
import dev.sallyport.executor.sandbox.linux.kernel.Cgroups;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tier B: what it observes, how its calls end, and when it is not offered. What it holds is in {@code bench/attack}. */
class LandlockSandboxTest {
    private SandboxBench bench;
    private LandlockSandbox sandbox;

    @BeforeEach
    void open() throws IOException {
        bench = new SandboxBench();
        sandbox = bench.landlock();
    }

    @AfterEach
    void close() throws IOException {
        sandbox.close();
        bench.close();
    }

    private SandboxPlan plan(String program, String... arguments) {
        return bench.plan(SandboxBench.LIMITS, PERL, SandboxBench.withProgram(program, arguments));
    }

    private SandboxResult run(SandboxPlan plan) throws InterruptedException {
        return sandbox.start(plan, null).await();
    }

    private SandboxResult perl(String program, String... arguments) throws InterruptedException {
        return run(plan(program, arguments));
    }

    @Test
    void everythingPromisedIsObserved() throws Exception {
        SandboxResult result = perl("print join ',', map { \"$_=$ENV{$_}\" } sort keys %ENV; warn 'w'; exit 3");

        assertThat(result.exitStatus()).isEqualTo(3);
        assertThat(text(result))
                .isEqualTo(
                        "GREETING=hello,HOME=%1$s,LANG=C.UTF-8,LC_ALL=C.UTF-8,PATH=/usr/bin:/bin,TMPDIR=%1$s",
                        bench.workspace);
        assertThat(SandboxBench.errors(result)).startsWith("w at");
        assertThat(result.treeGone()).isTrue();
        assertThat(result.use().cpuMillis()).isNotNull();
        assertThat(result.facts()).noneMatch(fact -> fact.state() == State.UNSUPPORTED);
        assertThat(result.facts())
                .filteredOn(fact -> fact.state() == State.ENFORCED)
                .extracting(Fact::name)
                .contains(
                        "no_new_privs",
                        "capabilities",
                        "seccomp",
                        "landlock",
                        "signals",
                        "metadata",
                        "workspace",
                        "descriptors",
                        "tool_uid",
                        "egress",
                        "open_files",
                        "file_size",
                        "core_size",
                        "kill",
                        "protected_names");
        assertThat(new Fact("egress", State.ENFORCED, "strict, no network: every socket is refused"))
                .isIn(result.facts());
    }

    @Test
    void inputFolderAndWorkspaceAreThoseOfThePlan() throws Exception {
        bench.own(Files.createDirectory(bench.workspace.resolve("sub")));
        SandboxPlan plan = new SandboxPlan(
                PERL,
                PERL,
                List.of("-e", "use Cwd; print getcwd; open(my $f, '>', 'made') or die; print $f <STDIN>"),
                bench.workspace,
                SandboxPlan.WORKSPACE + "/sub",
                false,
                Map.of(),
                NetworkPlan.NONE,
                SandboxBench.LIMITS);
        byte[] input = "x".repeat(300_000).getBytes(StandardCharsets.UTF_8);

        SandboxResult result = sandbox.start(plan, input).await();

        assertThat(text(result)).isEqualTo(bench.workspace.resolve("sub").toString());
        assertThat(bench.workspace.resolve("sub/made")).hasBinaryContent(input);
        assertThat(perl("print defined(<STDIN>) ? 'input' : 'nothing'"))
                .satisfies(none -> assertThat(text(none)).isEqualTo("nothing"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/workspace/a", "--output=/workspace/a", "@/workspace/a"})
    void argumentForAFolderOfTierCOnlyIsRefusedWithAReason(String argument) throws Exception {
        assertThatThrownBy(() -> perl("print 1", argument))
                .isInstanceOf(ToolFailure.InvalidInput.class)
                .hasMessageContaining("relative");
        assertThat(text(perl("print 1", "a"))).as("control").isEqualTo("1");
    }

    /** As /opt is, where the node's operator says so; the control is the same folder that nobody has named. */
    @ParameterizedTest
    @ValueSource(strings = {"B", "C"})
    void folderWithProgramsIsSeenAndNotChangedWhereItIsNamed(String tier) throws Exception {
        // Not below /tmp, which is the sandbox's own.
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "programs");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        bench.readable(Files.copy(Path.of("/usr/bin/echo"), folder.resolve("own-echo")));
        bench.own(folder);
        String use = "print `$ARGV[0]/own-echo runs`; print open(my $f, '>', \"$ARGV[0]/new\") ? 'written' : 'kept'";
        SandboxPlan plan = plan(use, folder.toString());
        String without = text(tier.equals("B") ? run(plan) : bench.run(plan));
        String with;
        if (tier.equals("B")) {
            try (LandlockSandbox named = bench.landlock(
                    HostInspection.forLandlock(bench.base.resolve("named"), bench.user, List.of(folder)),
                    Cgroups.none())) {
                with = text(named.start(plan, null).await());
            }
        } else {
            with = text(bench.sandbox(HostInspection.of(
                            Path.of("/usr/bin/bwrap"), bench.base.resolve("named"), bench.user, List.of(folder)))
                    .start(plan, null)
                    .await());
        }

        assertThat(with).isEqualTo("runs\nkept");
        assertThat(without).as("control").isEqualTo("kept");
        assertThat(folder.resolve("new")).doesNotExist();
        SandboxBench.remove(folder);
    }

    @Test
    void imageThatWasHashedRunsUnderTheNameOfItsProgram() throws Exception {
        Path image = Files.copy(Path.of("/usr/bin/printf"), bench.base.resolve("image"));
        bench.readable(image);
        SandboxPlan swapped = new SandboxPlan(
                Path.of("/usr/bin/false"),
                image,
                List.of("from the image"),
                bench.workspace,
                false,
                Map.of(),
                NetworkPlan.NONE,
                SandboxBench.LIMITS);

        assertThat(text(run(swapped))).isEqualTo("from the image");
    }

    @Test
    void confinedToolChangesNothingAndStartsNothing() throws Exception {
        bench.own(Files.writeString(bench.workspace.resolve("given"), "given"));
        String attack = "open(my $f, '>', 'made') and print 'written '; open($f, '<', 'given') and print <$f>;"
                + " print ' ', system('/usr/bin/true') == 0 ? 'started' : 'alone'; exec '/usr/bin/echo', 'second'";
        assertThat(text(perl(attack))).as("control").isEqualTo("written given startedsecond\n");
        Files.delete(bench.workspace.resolve("made"));

        SandboxResult confined = run(bench.confined(PERL, "-e", "$| = 1; " + attack));

        assertThat(text(confined)).isEqualTo("given alone");
        assertThat(bench.workspace.resolve("made")).doesNotExist();
        assertThat(confined.facts())
                .contains(
                        new Fact("workspace", State.ENFORCED, "read-only"),
                        new Fact("second_program", State.ENFORCED, "one execution, then none"));
        try (var left = Files.list(bench.workspace)) {
            assertThat(left).containsExactly(bench.workspace.resolve("given"));
        }
    }

    /** Whether the workspace can be written is tried under a name that an earlier tool cannot have taken. */
    @Test
    void namesInTheWorkspaceDoNotKeepAConfinedToolFromStarting() throws Exception {
        long pid = new ProcessBuilder("/usr/bin/true").start().pid();
        for (int next = 0; next < 400; next++) {
            bench.own(Files.createDirectory(bench.workspace.resolve(".sallyport " + (pid + next))));
        }

        assertThat(text(run(bench.confined(PERL, "-e", "print 'started'")))).isEqualTo("started");
    }

    @ParameterizedTest
    @CsvSource({"TERM,15", "KILL,9", "XCPU,24"})
    void signalThatEndsTheToolIsToldAsSuch(String signal, int number) throws Exception {
        SandboxResult result = perl("kill $ARGV[0], $$; sleep 5", signal);

        assertThat(result.signal()).isEqualTo(number);
        assertThat(result.failure()).isNull();
    }

    @Test
    void callThatIsCancelledEndsWithAllItsProcesses() throws Exception {
        String mark = "b-cancel-" + System.nanoTime();
        SandboxedCall call = sandbox.start(
                plan("use POSIX; $SIG{TERM} = 'IGNORE'; for (1..5) { fork or POSIX::setsid() } sleep 60", mark), null);
        Awaitility.await().until(() -> processesWith(mark).size() > 6);

        call.kill(KillCause.CANCELLED);
        SandboxResult result = call.await();

        assertThat(result.failure()).isInstanceOf(ToolFailure.Cancelled.class);
        assertThat(result.treeGone()).isTrue();
        assertThat(processesWith(mark)).isEmpty();
    }

    /** The end of one call is not that of another's of the same user. */
    @Test
    void callsEndEachForItself() throws Exception {
        String mark = "b-other-" + System.nanoTime();
        SandboxedCall other = sandbox.start(plan("fork; sleep 60", mark), null);
        Awaitility.await().until(() -> processesWith(mark).size() == 2);

        assertThat(perl("fork; fork; exit 0").treeGone()).isTrue();
        assertThat(text(perl("kill('KILL', -1); print kill('KILL', $ARGV[0])", mark(mark))))
                .isEqualTo("0");

        assertThat(processesWith(mark)).hasSize(2);
        other.kill(KillCause.DRAINED);
        assertThat(other.await().treeGone()).isTrue();
    }

    private static String mark(String mark) {
        return Long.toString(processesWith(mark).getFirst().pid());
    }

    /** A keeper outlives whoever started it, and a new one of those is started. */
    @Test
    void launcherThatIsEndedTakesNoCallWithIt() throws Exception {
        SandboxedCall before = sandbox.start(plan("sleep 1; print 'lived'"), null);
        List<ProcessHandle> launchers = ProcessHandle.current()
                .children()
                .filter(child -> child.info()
                        .command()
                        .orElse("")
                        .equals(bench.base.resolve("inside/launch").toString()))
                .toList();
        assertThat(launchers).hasSize(1);

        launchers.getFirst().destroyForcibly();
        launchers.getFirst().onExit().join();

        assertThat(text(perl("print 'again'"))).isEqualTo("again");
        assertThat(text(before.await())).isEqualTo("lived");
    }

    @Test
    void protectedFilesArePutBackAndTheCallSaysSo() throws Exception {
        bench.own(Files.writeString(bench.workspace.resolve(".envrc"), "mine"));
        String plant = "open(my $f, '>', $_) or print \"no $_ \" for @ARGV; mkdir '.git'; mkdir '.git/hooks';"
                + " open(my $g, '>', '.git/hooks/pre-commit'); open(my $h, '>', 'kept'); print $h 'kept'";

        SandboxResult result = perl(plant, ".envrc");

        assertThat(result.failure())
                .isInstanceOf(ToolFailure.SandboxViolation.class)
                .hasMessageContainingAll(".envrc", ".git/hooks");
        assertThat(bench.workspace.resolve(".envrc")).hasContent("mine");
        assertThat(bench.workspace.resolve(".git/hooks")).doesNotExist();
        assertThat(bench.workspace.resolve("kept")).hasContent("kept");
        assertThat(result.facts()).anySatisfy(fact -> {
            assertThat(fact.name()).isEqualTo("protected_names");
            assertThat(fact.value()).startsWith("put back");
        });
    }

    @Test
    void moreProcessesThanPermittedEndTheCall() throws Exception {
        String mark = "b-forks-" + System.nanoTime();
        SandboxPlan plan = bench.plan(
                TestLimits.with(limits -> limits.processes = 8),
                PERL,
                SandboxBench.withProgram(
                        "for (1..40) { my $p = fork; if (!defined $p) { print 'refused'; exit 9 } $p or sleep 30 }"
                                + " sleep 30",
                        mark));

        SandboxResult result = run(plan);

        if (result.failure() == null) {
            assertThat(text(result)).as("by the cgroup").isEqualTo("refused");
        } else {
            assertThat(result.failure().code()).isEqualTo(ToolFailure.Code.PROCESSES_EXCEEDED);
        }
        assertThat(processesWith(mark)).isEmpty();
    }

    /** A cgroup of version 2 without any controller: to be cloned into it needs no more, and it ends all at once. */
    @Test
    void toolIsClonedIntoTheGroup() throws Exception {
        Path parent = Path.of("/sys/fs/cgroup/unified");
        if (!Files.isWritable(parent.resolve("cgroup.procs"))) {
            parent = Path.of("/sys/fs/cgroup");
        }
        if (!Files.isWritable(parent.resolve("cgroup.procs"))) {
            // Unprivileged, without delegation: what is told then is the other half of the promise.
            assertThat(text(perl("print 1"))).isEqualTo("1");
            return;
        }
        try (LandlockSandbox grouped = bench.landlock(
                bench.landlockHost(),
                Cgroups.below("sallyport-b" + ProcessHandle.current().pid() + "-", Map.of("v2", parent)))) {
            String mark = "b-group-" + System.nanoTime();
            SandboxedCall call = grouped.start(plan("fork; sleep 60", mark), null);
            Awaitility.await().until(() -> processesWith(mark).size() == 2);
            assertThat(Files.readString(Path.of("/proc/" + mark(mark) + "/cgroup")))
                    .contains("sallyport-b");

            call.kill(KillCause.CANCELLED);

            assertThat(call.await().treeGone()).isTrue();
            assertThat(processesWith(mark)).isEmpty();
            try (var left = Files.newDirectoryStream(
                    parent, "sallyport-b" + ProcessHandle.current().pid() + "-*")) {
                assertThat(left).isEmpty();
            }
        }
    }

    /** Older versions as the kernel would answer: the rules are made for them, what they lack is refused otherwise. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void olderLandlockHoldsOnlyAUserOfTheToolsAlone(int version) throws Exception {
        LandlockHost host = bench.landlockHost().with(new LandlockAbi(version));
        LandlockHost shared = new LandlockHost(host.architecture(), host.launcher(), host.abi(), null, 0, List.of());
        assertThatThrownBy(() -> bench.landlock(shared, Cgroups.none()))
                .isInstanceOfSatisfying(SandboxUnavailable.class, failure -> {
                    assertThat(failure.why()).contains("ABI " + version);
                    assertThat(failure.fix()).contains("tool-user");
                });
        ToolUser user = bench.user;
        if (user == null) {
            return;
        }
        try (LandlockSandbox older = bench.landlock(host, Cgroups.none())) {
            String mark = "b-older-" + System.nanoTime();
            SandboxResult result = older.start(
                            plan(
                                    "print kill('KILL', $ARGV[1]) ? 'killed' : \"no: $!\";"
                                            + " print open(my $f, '<', $ARGV[2]) ? 'read' : \" no: $!\";"
                                            + " if (!fork) { if (!fork) { sleep 50 } exit } wait",
                                    mark,
                                    Long.toString(ProcessHandle.current().pid()),
                                    Files.writeString(bench.base.resolve("secret"), "x")
                                            .toString()),
                            null)
                    .await();
            assertThat(text(result)).isEqualTo("no: Operation not permitted no: Permission denied");
            assertThat(result.treeGone()).isTrue();
            assertThat(processesWith(mark)).isEmpty();
            assertThat(result.facts())
                    .filteredOn(fact -> fact.state() == State.DEGRADED)
                    .extracting(Fact::name)
                    .contains("signals", "kill");
        }
    }

    /** Neither by truncate(2) nor by O_TRUNC would the filter hold what this Landlock does not. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void landlockThatLetsFilesBeEmptiedIsNotUsed(int version) {
        LandlockHost host = bench.landlockHost().with(new LandlockAbi(version));

        assertThatThrownBy(() -> bench.landlock(host, Cgroups.none()))
                .isInstanceOfSatisfying(SandboxUnavailable.class, failure -> {
                    assertThat(failure.why()).contains("ABI " + version, "empty files");
                    assertThat(failure.fix()).contains("ABI 3");
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {-95, -38, 0})
    void kernelWithoutLandlockIsNamedWithItsFix(int answer) {
        LandlockHost host = bench.landlockHost().with(new LandlockAbi(answer));

        assertThatThrownBy(() -> bench.landlock(host, Cgroups.none()))
                .isInstanceOfSatisfying(SandboxUnavailable.class, failure -> {
                    assertThat(failure.why()).contains("no Landlock");
                    assertThat(failure.fix()).contains("lsm=landlock");
                });
    }

    /** No keeper says then that nobody is left. The tool has lost its parent-death signal, and its child never had one. */
    @Test
    void processesWhoseKeeperWasKilledAreEndedAndTheCallSaysThatItWasNotSeen() throws Exception {
        String prctl = System.getProperty("os.arch").equals("aarch64") ? "167" : "157";
        String mark = "b-keeper-" + System.nanoTime();
        try (LandlockSandbox ungrouped = bench.landlock(bench.landlockHost(), Cgroups.none())) {
            SandboxedCall call = ungrouped.start(
                    plan(
                            "use POSIX; my $zero = 0; syscall(" + prctl + ", 1, $zero); fork or POSIX::setsid();"
                                    + " open(my $f, '>', \"up$$\"); sleep 60",
                            mark),
                    null);
            Awaitility.await().until(() -> {
                try (var up = Files.list(bench.workspace)) {
                    return up.count() == 2;
                }
            });
            List<ProcessHandle> both = processesWith(mark);
            ProcessHandle tool = both.stream()
                    .filter(each -> !both.contains(each.parent().orElseThrow()))
                    .findFirst()
                    .orElseThrow();

            tool.parent().orElseThrow().destroyForcibly();

            SandboxResult result = call.await();
            assertThat(result.treeGone()).isFalse();
            assertThat(result.failure()).isInstanceOf(ToolFailure.EndedFromOutside.class);
            assertThat(result.facts())
                    .contains(new Fact("tree", State.UNSUPPORTED, "a process of the call could not be ended"));
            Awaitility.await().until(() -> processesWith(mark).isEmpty());
        }
    }

    @Test
    void canariesProveIt() throws Exception {
        assertThat(sandbox.prove(bench.workspace)).extracting(Fact::name).contains("landlock", "seccomp");
    }

    /** The life of a node up to the point where it is killed. */
    static final class Doomed {
        private Doomed() {}

        static void main(String[] args) throws Exception {
            SandboxBench bench = new SandboxBench(false);
            String prctl = System.getProperty("os.arch").equals("aarch64") ? "167" : "157";
            bench.landlock(bench.landlockHost(), Cgroups.none())
                    .start(
                            bench.plan(
                                    TestLimits.with(limits -> limits.wallMillis = 60_000),
                                    PERL,
                                    SandboxBench.withProgram(
                                            "use POSIX; $SIG{TERM} = $SIG{HUP} = 'IGNORE'; my $zero = 0;"
                                                    + " syscall(" + prctl + ", 1, $zero); fork or POSIX::setsid();"
                                                    + " fork; sleep 60",
                                            args[0])),
                            null);
            System.out.println(bench.base);
            Thread.sleep(Duration.ofMinutes(2));
        }
    }

    /**
     * By its pid, or with its whole process group, as a terminal or a supervisor does it: launcher and keepers are the
     * node's children. The tool tries to lose its parent-death signal in either case.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nodeThatIsKilledLeavesNothingRunning(boolean withItsGroup) throws Exception {
        String mark = "b-doomed-" + System.nanoTime();
        Process node = new ProcessBuilder(
                        "/usr/bin/setsid",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Doomed.class.getName(),
                        mark)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8))) {
            Path base = Path.of(String.valueOf(said.readLine()));
            // The node itself has the mark among its arguments.
            Awaitility.await().until(() -> processesWith(mark).size() == 5);

            if (withItsGroup) {
                new ProcessBuilder("/bin/kill", "-KILL", "--", "-" + node.pid())
                        .start()
                        .waitFor();
            } else {
                node.destroyForcibly();
            }
            node.waitFor();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> processesWith(mark).isEmpty()
                            && processesWith(base.toString()).isEmpty());
            SandboxBench.remove(base);
        }
    }
}
