package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.LIMITS;
import static dev.sallyport.executor.sandbox.linux.SandboxBench.processesWith;
import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessAttackTest {
    /** Leaves a grandchild in a session of its own that keeps the outputs open. */
    private static final String ORPHAN =
            "use POSIX; if (!fork) { POSIX::setsid(); if (!fork) { $SIG{TERM} = 'IGNORE'; sleep 25 } exit }"
                    + " wait; print 'parent done';";

    private SandboxBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new SandboxBench();
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void orphanInItsOwnSessionDiesAndDoesNotHoldTheCall() throws Exception {
        String mark = "orphan-mark-" + System.nanoTime();
        Process control = bench.startOutside(ORPHAN, mark);
        assertThat(control.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(processesWith(mark)).as("control: outside it survives").hasSize(1);
        processesWith(mark).forEach(ProcessHandle::destroyForcibly);
        Awaitility.await().until(() -> processesWith(mark).isEmpty());

        SandboxResult result = bench.perl(ORPHAN, mark);

        assertThat(text(result)).isEqualTo("parent done");
        assertThat(result.exitStatus()).isZero();
        assertThat(result.treeGone()).isTrue();
        assertThat(result.use().wallMillis()).isLessThan(10_000);
        assertThat(processesWith(mark)).isEmpty();
    }

    @Test
    void ignoredTermAndManyChildrenEndAtTheDeadline() throws Exception {
        String mark = "term-mark-" + System.nanoTime();

        SandboxResult result = bench.perl(
                TestLimits.with(limits -> limits.wallMillis = 700),
                "$SIG{TERM} = $SIG{INT} = $SIG{HUP} = 'IGNORE'; fork for 1..3; sleep 60",
                mark);

        assertThat(result.failure()).isInstanceOf(ToolFailure.TimedOut.class);
        assertThat(result.exitStatus()).isNull();
        assertThat(result.treeGone()).isTrue();
        assertThat(result.use().wallMillis()).isBetween(700L, 5_000L);
        assertThat(processesWith(mark)).isEmpty();
    }

    @Test
    void callEndsWhenItIsKilledFromOutside() throws Exception {
        String mark = "kill-mark-" + System.nanoTime();
        SandboxedCall call =
                bench.sandbox().start(bench.plan(LIMITS, SandboxBench.PERL, "-e", "sleep 60", "--", mark), null);
        Awaitility.await().until(() -> !processesWith(mark).isEmpty());

        call.kill(KillCause.CANCELLED);
        call.kill(KillCause.LEASE_LOST);
        SandboxResult result = call.await();

        assertThat(result.failure())
                .isInstanceOfSatisfying(
                        ToolFailure.Cancelled.class,
                        cancelled -> assertThat(cancelled.code()).isEqualTo(ToolFailure.Code.CANCELLED));
        assertThat(processesWith(mark)).isEmpty();
    }

    @Test
    void callOutlivesTheThreadThatStartedIt() throws Exception {
        CompletableFuture<SandboxedCall> call = new CompletableFuture<>();
        Thread starter = Thread.ofPlatform().start(() -> {
            try {
                call.complete(bench.sandbox()
                        .start(
                                bench.plan(
                                        LIMITS,
                                        SandboxBench.PERL,
                                        "-e",
                                        "select undef, undef, undef, 0.8; print 'alive'"),
                                null));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        starter.join(Duration.ofSeconds(10));
        assertThat(starter.isAlive()).isFalse();

        assertThat(text(call.join().await())).isEqualTo("alive");
    }

    /**
     * By system call numbers of x86_64 or aarch64: keyctl(GET_KEYRING_ID), ptrace(TRACEME), process_vm_readv,
     * name_to_handle_at, personality(ADDR_NO_RANDOMIZE).
     */
    @ParameterizedTest
    @CsvSource({"250,219,0,-3,1", "101,117,0,0,0", "135,92,262144,0,0", "272,97,0,0,0", "425,425,0,0,0"})
    void systemCallIsRefused(String x86, String arm, String one, String two, String three) throws Exception {
        String number = System.getProperty("os.arch").equals("amd64") ? x86 : arm;
        String call = "my $r = syscall($ARGV[0], $ARGV[1] + 0, $ARGV[2] + 0, $ARGV[3] + 0);"
                + " print $r == -1 ? \"no: $!\" : 'yes'";
        assertThat(bench.outside(call.replace("$ARGV[0]", "$ARGV[0] + 0"), number, one, two, three))
                .as("control: not refused by permission")
                .doesNotContain("Operation not permitted");

        assertThat(text(bench.perl(call.replace("$ARGV[0]", "$ARGV[0] + 0"), number, one, two, three)))
                .isEqualTo("no: Operation not permitted");
    }

    /**
     * The first process of the sandbox decides how long the tool lives and what is told of its end. The control is
     * another process of the same tool: what is refused is not /proc as such.
     */
    @ParameterizedTest
    @ValueSource(strings = {"mem", "environ", "maps", "auxv", "fd", "cwd", "root", "exe", "oom_score_adj"})
    void firstProcessOfTheSandboxIsOutOfReach(String entry) throws Exception {
        String reach = "my $child = fork; if (!$child) { sleep 20; exit }"
                + " sub reach { my $p = \"/proc/$_[0]/$ARGV[0]\"; my $ok = $ARGV[0] eq 'fd' ? opendir(my $d, $p)"
                + " : $ARGV[0] =~ /^(cwd|root|exe)$/ ? readlink($p)"
                + " : open(my $f, $ARGV[0] =~ /^(mem|oom_score_adj)$/ ? '+<' : '<', $p); $ok ? 'open' : 'closed' }"
                + " print reach($child), ' ', reach(1); kill 9, $child";

        assertThat(text(bench.perl(reach, entry))).isEqualTo("open closed");
    }

    /**
     * Code at the place where the first process will go on: prctl(PR_SET_PDEATHSIG, 0), then exit_group(0): the tool
     * would outlive its node, and 77 would be told as 0.
     */
    @Test
    void exitStatusCannotBeForgedInTheFirstProcess() throws Exception {
        String forge = "open(my $m, '+<', '/proc/1/mem') or do { print 'closed'; exit 77 };"
                + " open(my $s, '<', '/proc/1/syscall') or exit 77; my $at = hex((split ' ', <$s>)[-1]);"
                + " sysseek($m, $at, 0); syswrite($m, pack('H*',"
                + " 'b89d000000bf0100000031f60f05b8e700000031ff0f05')); fork or exit 0; sleep 3; exit 77";

        SandboxResult result = bench.perl(forge);

        assertThat(text(result)).isEqualTo("closed");
        assertThat(result.exitStatus()).isEqualTo(77);
    }

    /** Numbers by which a shell reports signals are not signals, and no signal is a limit that was not reached. */
    @ParameterizedTest
    @ValueSource(ints = {137, 152, 153, 159, 192, 255})
    void exitStatusAboveThoseOfSignalsIsTheToolsOwn(int status) throws Exception {
        SandboxResult result = bench.perl("exit $ARGV[0]", Integer.toString(status));

        assertThat(result.exitStatus()).isEqualTo(status);
        assertThat(result.signal()).isNull();
        assertThat(result.failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"XCPU", "XFSZ", "SYS", "KILL", "TERM", "STOP", "SEGV"})
    void signalForTheFirstProcessIsNotDelivered(String signal) throws Exception {
        SandboxResult result = bench.perl("kill $ARGV[0], getppid; kill $ARGV[0], 1; print getppid; exit 3", signal);

        assertThat(text(result)).isEqualTo("1");
        assertThat(result.exitStatus()).isEqualTo(3);
        assertThat(result.failure()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"TERM,15", "KILL,9", "XCPU,24"})
    void signalThatEndsTheToolIsToldAsSuch(String signal, int number) throws Exception {
        SandboxResult result = bench.perl("kill $ARGV[0], $$; sleep 5", signal);

        assertThat(result.signal()).isEqualTo(number);
        assertThat(result.exitStatus()).isNull();
        assertThat(result.failure()).as("no limit was reached").isNull();
    }

    /** The sandbox's first process is found as the host's parent of the tool. */
    @Test
    void endFromOutsideIsNotToldAsTheToolsOwn() throws Exception {
        String mark = "outside-mark-" + System.nanoTime();
        SandboxedCall call =
                bench.sandbox().start(bench.plan(LIMITS, SandboxBench.PERL, "-e", "sleep 60", "--", mark), null);
        Awaitility.await().until(() -> !tools(mark).isEmpty());

        tools(mark).getFirst().parent().orElseThrow().destroyForcibly();
        SandboxResult result = call.await();

        assertThat(result.failure())
                .isInstanceOfSatisfying(
                        ToolFailure.EndedFromOutside.class,
                        ended -> assertThat(ended.code()).isEqualTo(ToolFailure.Code.ENDED_FROM_OUTSIDE));
        assertThat(result.exitStatus()).isNull();
        assertThat(result.signal()).isNull();
        assertThat(result.treeGone()).isTrue();
    }

    @Test
    void limitsOfTheFirstProcessCannotBeChanged() throws Exception {
        String number = System.getProperty("os.arch").equals("amd64") ? "302" : "261";
        String set = "my $zero = pack('QQ', 0, 0); my $child = fork; if (!$child) { sleep 20; exit }"
                + " print join ',', map { syscall($ARGV[0] + 0, $_, 1, $zero, 0) == 0 ? 'set' : 'no' } 0, $child, 1;"
                + " kill 9, $child; exit 7";
        assertThat(bench.outside(set, number)).as("control").startsWith("set,set,");

        SandboxResult result = bench.perl(set, number);

        assertThat(text(result)).isEqualTo("set,no,no");
        assertThat(result.exitStatus()).isEqualTo(7);
    }

    /**
     * A first process that never gets the processor again ends nobody. By system call numbers of x86_64 or aarch64:
     * setpriority(PRIO_PROCESS), setpriority(PRIO_USER), sched_setscheduler(SCHED_IDLE), sched_setaffinity(one
     * processor), ioprio_set(idle). The controls: outside the same reaches another process of the same user, and the
     * tool may do it to itself.
     */
    @ParameterizedTest
    @CsvSource({"141,140,0,PID,19", "141,140,2,0,19", "144,119,PID,5,ZERO", "203,122,PID,8,ONE", "251,30,1,PID,24576"})
    void schedulingOfTheFirstProcessCannotBeChanged(String x86, String arm, String one, String two, String three)
            throws Exception {
        String number = System.getProperty("os.arch").equals("amd64") ? x86 : arm;
        String mark = "scheduling-mark-" + System.nanoTime();
        String set = "my ($nr, @a) = @ARGV; my $child = fork; if (!$child) { sleep 20; exit }"
                + " sub set { my $p = $_[0]; my $zero = pack('i', 0); my $one = pack('Q', 1);"
                + " my @b = map { $_ eq 'PID' ? $p + 0 : $_ eq 'ZERO' ? $zero : $_ eq 'ONE' ? $one : $_ + 0 } @a[0..2];"
                + " syscall($nr + 0, $b[0], $b[1], $b[2]) == -1 ? 'no' : 'set' }"
                + " $| = 1; print join ',', map { set($_) } $child, $a[3] eq 'inside' ? getppid : $child, 0; kill 9, $child;"
                + " if ($a[3] eq 'inside') { open(my $f, '>', 'done'); sleep 20 }";
        assertThat(bench.outside(set, number, one, two, three, "outside", mark))
                .as("control")
                .isEqualTo("set,set,set");

        SandboxedCall call = bench.sandbox()
                .start(
                        bench.plan(
                                LIMITS,
                                SandboxBench.PERL,
                                SandboxBench.withProgram(set, number, one, two, three, "inside", mark)),
                        null);
        Awaitility.await().until(() -> Files.exists(bench.workspace.resolve("done")));
        ProcessHandle gate = tools(mark).getFirst().parent().orElseThrow();
        ProcessHandle outOfReach = gate.parent().orElseThrow();
        assertThat(scheduling(gate)).isEqualTo(scheduling(outOfReach));
        call.kill(KillCause.CANCELLED);

        assertThat(text(call.await())).isEqualTo(two.equals("0") ? "no,no,no" : "no,no,set");
    }

    /** Nice value, policy and processors of a process, as the kernel tells them (proc(5)). */
    private static String scheduling(ProcessHandle process) throws IOException {
        Path folder = Path.of("/proc", Long.toString(process.pid()));
        String stat = Files.readString(folder.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        String processors = Files.readAllLines(folder.resolve("status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed:"))
                .findFirst()
                .orElseThrow();
        return fields[16] + " " + fields[38] + " " + processors;
    }

    private static List<ProcessHandle> tools(String mark) {
        return processesWith(mark).stream()
                .filter(process ->
                        process.info().command().map("/usr/bin/perl"::equals).orElse(false))
                .toList();
    }

    @Test
    void namespacesCannotBeNested() throws Exception {
        String nest = "system('/usr/bin/unshare', '--user', '--map-root-user', '/usr/bin/true') == 0"
                + " ? print 'nested' : print 'refused'";
        assertThat(bench.outside(nest)).as("control").isEqualTo("nested");

        assertThat(text(bench.perl(nest))).isEqualTo("refused");
    }

    @Test
    void nothingCanBeMountedAndNoCapabilityGained() throws Exception {
        assertThat(bench.perl("exec '/usr/bin/mount', '-t', 'tmpfs', 'none', '/tmp'")
                        .exitStatus())
                .isNotZero();
        String caps = text(
                bench.perl("open(my $f, '<', '/proc/self/status'); print grep { /^(Cap|NoNewPrivs|Seccomp:)/ } <$f>"));

        assertThat(caps).contains("NoNewPrivs:\t1", "Seccomp:\t2").doesNotContainPattern("Cap...:\t0*[1-9a-f]");
    }

    @Test
    void processesOfTheHostAreNeitherSeenNorSignalled() throws Exception {
        long host = ProcessHandle.current().pid();
        String see = "print kill(0, $ARGV[0]) ? 'there' : \"no: $!\";"
                + " opendir(my $d, '/proc'); print ' ', scalar grep { /^\\d+$/ } readdir $d";
        assertThat(bench.outside(see, Long.toString(host))).as("control").doesNotContain("No such process");

        assertThat(text(bench.perl(see, "99999999"))).isEqualTo("no: No such process 2");
        if (host > 10) {
            assertThat(text(bench.perl(see, Long.toString(host)))).isEqualTo("no: No such process 2");
        }
    }
}
