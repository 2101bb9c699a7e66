package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.PERL;
import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.linux.kernel.Cgroups;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.sandbox.protect.ProtectedWorkspaces;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sandboxes that wait for a call, in both tiers: each is used once or thrown away, and holds as a new one does. */
class ReadySandboxesTest {
    private static final ReadyTerms TERMS = new ReadyTerms(2, 4, Duration.ofMinutes(1));

    /** Which sandbox it is: the keeper in tier B, the time at which the gate was started in tier C. */
    private static final String WHICH = "my $found = open(my $gate, '<', '/proc/1/stat');"
            + " print getppid() == 1 ? (split ' ', <$gate>)[21] : getppid();";

    private final List<Sandbox> opened = new ArrayList<>();
    private SandboxBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new SandboxBench();
    }

    @AfterEach
    void close() throws IOException {
        opened.forEach(Sandbox::close);
        bench.close();
    }

    private Sandbox sandbox(Tier tier, ReadyTerms terms) {
        Clock clock = Clock.systemUTC();
        Cgroups groups = Cgroups.found("ready" + ProcessHandle.current().pid());
        Sandbox sandbox = tier == Tier.C
                ? new BubblewrapSandbox(
                        bench.host, "bubblewrap", groups, new ProtectedWorkspaces(Platform.current()), clock, terms)
                : new LandlockSandbox(
                        bench.landlockHost(),
                        bench.host.programs().canary(),
                        groups,
                        new ProtectedWorkspaces(Platform.current()),
                        clock,
                        terms);
        opened.add(sandbox);
        return sandbox;
    }

    private SandboxPlan perl(String program, String... arguments) {
        return perl(SandboxBench.LIMITS, program, arguments);
    }

    private SandboxPlan perl(SandboxLimits limits, String program, String... arguments) {
        return bench.plan(limits, PERL, SandboxBench.withProgram(program, arguments));
    }

    private static SandboxResult run(Sandbox sandbox, SandboxPlan plan) throws InterruptedException {
        return sandbox.start(plan, null).await();
    }

    private static void awaitWaiting(Sandbox sandbox, int count) {
        Awaitility.await().until(() -> sandbox.waiting() == count);
    }

    /** Keepers, and what they keep: all that descends from the launchers of this test. */
    private List<ProcessHandle> ofSandboxes() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").startsWith(bench.base.toString()))
                .flatMap(ProcessHandle::descendants)
                .toList();
    }

    /** The one that waits: nothing descends from it. */
    private ProcessHandle gate() {
        return ofSandboxes().stream()
                .filter(process -> process.children().findAny().isEmpty())
                .findFirst()
                .orElseThrow();
    }

    /** In one that waits and in one that is made for it: what was ended before it began does not begin. */
    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"B", "C"})
    void callThatIsEndedWhileItsSandboxIsMadeReadyRunsNothing(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier, TERMS);
        run(sandbox, perl("1"));
        SandboxPlan plan = perl("open(my $f, '>', 'ran')");
        for (int waiting : new int[] {1, 0}) {
            awaitWaiting(sandbox, waiting);
            assertThatThrownBy(() -> sandbox.start(plan, null, () -> {
                        throw new ToolFailure.Cancelled(KillCause.FROZEN);
                    }))
                    .isInstanceOf(ToolFailure.Cancelled.class);
            Awaitility.await("nothing of it is left").until(() -> ofSandboxes().isEmpty());
        }
        assertThat(bench.workspace.resolve("ran")).doesNotExist();

        assertThat(sandbox.start(plan, null, () -> {}).await().exitStatus())
                .as("control")
                .isZero();
        assertThat(bench.workspace.resolve("ran")).exists();
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"B", "C"})
    void callFindsOneWaitingAndIsTheOnlyOneInIt(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier, TERMS);
        bench.own(Files.createDirectory(bench.workspace.resolve("sub")));
        SandboxResult first = run(sandbox, perl(WHICH + " open(my $f, '>', '/tmp/left'); $ENV{LEFT} = 1"));
        awaitWaiting(sandbox, 1);
        ProcessHandle gate = gate();
        SandboxPlan plan = new SandboxPlan(
                PERL,
                PERL,
                List.of(
                        "-e",
                        "use Cwd; print join ' ', map({ \"$_=$ENV{$_}\" } grep { /GREETING|MINE/ } sort keys %ENV),"
                                + " (getcwd() =~ m{/sub$} ? 'sub' : 'elsewhere'), <STDIN>, (-e '/tmp/left' ? 'left' : 'clean')",
                        "--",
                        "argument"),
                bench.workspace,
                SandboxPlan.WORKSPACE + "/sub",
                false,
                Map.of("MINE", "1"),
                NetworkPlan.NONE,
                SandboxBench.LIMITS);

        SandboxResult second =
                sandbox.start(plan, "input".getBytes(StandardCharsets.UTF_8)).await();

        Awaitility.await("it was used, and is over").until(() -> !gate.isAlive());
        assertThat(text(second)).isEqualTo("MINE=1 sub input clean");
        assertThat(second.facts())
                .as("the same was proven")
                .extracting(Fact::name, Fact::state)
                .containsExactlyElementsOf(first.facts().stream()
                        .map(fact -> tuple(fact.name(), fact.state()))
                        .toList());
        awaitWaiting(sandbox, 1);
        String third = text(run(sandbox, perl(WHICH)));
        awaitWaiting(sandbox, 1);
        assertThat(Stream.of(text(first), third, text(run(sandbox, perl(WHICH)))))
                .as("never the same twice")
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"B", "C"})
    void planOfAnotherKindDoesNotGetIt(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier, new ReadyTerms(4, 8, Duration.ofMinutes(1)));
        run(sandbox, perl("1"));
        awaitWaiting(sandbox, 1);
        List<ProcessHandle> waiting = ofSandboxes();
        SandboxLimits fewer = TestLimits.with(limits -> limits.openFiles = 40);

        SandboxResult limited = run(sandbox, perl(fewer, "1"));
        SandboxResult confined = run(sandbox, bench.confined(PERL, "-e", "exit !open(my $f, '>', 'made')"));

        assertThat(waiting).allMatch(ProcessHandle::isAlive);
        assertThat(limited.facts()).extracting(Fact::name, Fact::value).contains(tuple("open_files", "rlimit 40"));
        assertThat(confined.exitStatus()).isEqualTo(1);
        run(sandbox, perl("1"));
        Awaitility.await("control: its own kind gets it")
                .until(() -> waiting.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** A folder that was removed and made again has the same name and is another. */
    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"B", "C"})
    void workspaceThatWasReplacedIsAnother(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier, TERMS);
        run(sandbox, perl("1"));
        awaitWaiting(sandbox, 1);
        List<ProcessHandle> waiting = ofSandboxes();
        Path moved = Files.move(bench.workspace, bench.base.resolve("moved"));
        bench.own(Files.createDirectory(bench.workspace));

        assertThat(run(sandbox, perl("open(my $f, '>', 'made') or die")).exitStatus())
                .isZero();

        assertThat(bench.workspace.resolve("made")).exists();
        assertThat(moved).isEmptyDirectory();
        assertThat(waiting).allMatch(ProcessHandle::isAlive);
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"B", "C"})
    void oneThatIsTooOldGoes(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier, new ReadyTerms(2, 4, Duration.ofMillis(1500)));
        run(sandbox, perl("1"));
        awaitWaiting(sandbox, 1);
        List<ProcessHandle> waiting = ofSandboxes();
        assertThat(waiting).as("control").isNotEmpty();

        awaitWaiting(sandbox, 0);

        Awaitility.await().until(() -> waiting.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(run(sandbox, perl("exit 3")).exitStatus()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"B", "C"})
    void onesThatWaitAreFewAndMakeRoomForCalls(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier, new ReadyTerms(2, 2, Duration.ofMinutes(1)));
        for (int files = 40; files < 44; files++) {
            int most = files;
            run(sandbox, perl(TestLimits.with(limits -> limits.openFiles = most), "1"));
            Awaitility.await().until(() -> sandbox.waiting() > 0);
            assertThat(sandbox.waiting()).isLessThanOrEqualTo(2);
        }
        awaitWaiting(sandbox, 2);

        SandboxedCall one = sandbox.start(perl("sleep 60"), null);
        assertThat(sandbox.waiting()).isLessThanOrEqualTo(1);
        SandboxedCall other = sandbox.start(perl("sleep 60"), null);
        assertThat(sandbox.waiting()).isZero();

        one.kill(KillCause.CANCELLED);
        other.kill(KillCause.CANCELLED);
        one.await();
        other.await();
        Awaitility.await().until(() -> sandbox.waiting() > 0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"B", "C"})
    void noneIsLeftWhenTheNodeStops(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier, TERMS);
        run(sandbox, perl("1"));
        awaitWaiting(sandbox, 1);
        List<ProcessHandle> waiting = ofSandboxes();
        assertThat(waiting).as("control").isNotEmpty();

        sandbox.close();

        assertThat(sandbox.waiting()).isZero();
        Awaitility.await().until(() -> waiting.stream().noneMatch(ProcessHandle::isAlive));
        String owner = "ready" + ProcessHandle.current().pid();
        assertThat(Cgroups.found(owner).sweep()).as("cgroups").isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"B", "C"})
    void oneThatHasEndedIsNotUsed(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier, TERMS);
        run(sandbox, perl("1"));
        awaitWaiting(sandbox, 1);
        ProcessHandle gate = gate();
        gate.destroyForcibly();
        gate.onExit().join();

        SandboxResult result = run(sandbox, perl("exit 4"));

        assertThat(result.exitStatus()).isEqualTo(4);
        assertThat(result.failure()).isNull();
    }

    /** What is proven is proven when the call comes: a mount that was added meanwhile is seen. Only root can add one. */
    @Test
    void oneThatDoesNotHoldAnyMoreIsNotUsed() throws Exception {
        Sandbox sandbox = sandbox(Tier.C, TERMS);
        String look = "open(my $f, '<', '/proc/self/mounts'); print grep { m{^x } } <$f>";
        run(sandbox, perl(look));
        awaitWaiting(sandbox, 1);
        if (bench.user == null) {
            assertThat(text(run(sandbox, perl(look)))).isEmpty();
            return;
        }
        ProcessHandle gate = gate();
        int mounted = new ProcessBuilder(
                        "nsenter",
                        "--target",
                        Long.toString(gate.pid()),
                        "--mount",
                        "mount",
                        "-t",
                        "tmpfs",
                        "x",
                        "/home")
                .inheritIO()
                .start()
                .waitFor();
        assertThat(mounted).as("control: it was mounted over").isZero();

        SandboxResult result = run(sandbox, perl(look));

        assertThat(text(result)).isEmpty();
        assertThat(result.exitStatus()).isZero();
        Awaitility.await().until(() -> !gate.isAlive());
    }
}
