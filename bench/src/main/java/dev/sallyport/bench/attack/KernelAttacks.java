package dev.sallyport.bench.attack;

import static dev.sallyport.bench.attack.AttackCase.held;

import dev.sallyport.bench.attack.AttackCase.Effect;
import java.util.ArrayList;
import java.util.List;

/** Another process of the same user by less known calls, and parts of the kernel that a tool must not get at. */
final class KernelAttacks {
    private static final Effect REACHED = AttackCase.said("reached");
    private static final Effect VICTIM_GONE = (host, _) -> host.victimIsGone();

    /** Said by a system call that was not refused by permission. */
    private static final String REPORT = " print 'reached' if $r != -1 or $! != 1";

    /** struct siginfo with a code that says that a process sent it (sigqueue(3)), for a signal that kills. */
    private static final String SIGNAL = "my $i = pack('iiiix112', 9, 0, -1, 0);";

    private KernelAttacks() {}

    static List<AttackCase> all() {
        List<AttackCase> all = new ArrayList<>(List.of(
                held(
                        "processes.stop",
                        (host, _) -> !host.victimIsGone() && host.victimIsStopped(),
                        "kill 'STOP', {victim}; select undef, undef, undef, 0.2"),
                held(
                        "processes.queue-a-signal",
                        VICTIM_GONE,
                        SIGNAL + " syscall({nr:129,138}, {victim}, 9, $i); select undef, undef, undef, 0.2"),
                held(
                        "processes.queue-for-a-thread",
                        VICTIM_GONE,
                        SIGNAL + " syscall({nr:297,240}, {victim}, {victim}, 9, $i); select undef, undef, undef, 0.2"),
                held(
                        "processes.kill-by-a-child",
                        VICTIM_GONE,
                        "if (!fork) { kill 'KILL', {victim}; exit } wait; select undef, undef, undef, 0.2"),
                held(
                        "processes.kill-by-another-program",
                        VICTIM_GONE,
                        "system('/usr/bin/kill', '-KILL', {victim}); select undef, undef, undef, 0.2"),
                held(
                        "processes.read-memory",
                        REACHED,
                        "my $r = syscall({nr:310,270}, {victim}, 0, 0, 0, 0, 0);" + REPORT),
                held(
                        "processes.write-memory",
                        REACHED,
                        "my $r = syscall({nr:311,271}, {victim}, 0, 0, 0, 0, 0);" + REPORT),
                held("processes.compare", REACHED, "my $r = syscall({nr:312,272}, $$, {victim}, 0, 0, 0);" + REPORT),
                held(
                        "processes.move-pages",
                        REACHED,
                        "my $r = syscall({nr:279,239}, {victim}, 0, 0, 0, 0, 0);" + REPORT),
                held("processes.disk-priority", REACHED, "my $r = syscall({nr:251,30}, 1, {victim}, 24576);" + REPORT),
                held(
                        "processes.processors",
                        (host, _) -> !host.victimAsStarted().contains(" " + host.victimProcessors() + " "),
                        "my $m = pack('Q', 1); syscall({nr:203,122}, {victim}, 8, $m)"),
                held(
                        "processes.first-to-go",
                        (host, _) -> host.victimSays("oom_score_adj").equals("987"),
                        "open(my $f, '>', '/proc/{victim}/oom_score_adj') or die; print $f '987'; close $f"),
                held(
                        "processes.addresses",
                        AttackCase.said("open"),
                        "open(my $m, '<', '/proc/{victim}/maps') and print 'open'"),
                held(
                        "processes.words",
                        (_, attempt) -> attempt.output().contains("sleep 600"),
                        "open(my $f, '<', '/proc/{victim}/cmdline') or die; print <$f>"),
                held(
                        "processes.list",
                        AttackCase.said("seen"),
                        "opendir(my $d, '/proc') or die; print 'seen' if grep { $_ eq '{victim}' } readdir $d"),
                held("privilege.page-faults", REACHED, "my $r = syscall({nr:323,282}, 1);" + REPORT),
                held(
                        "privilege.keys",
                        REACHED,
                        "my ($t, $n) = ('user', 'attack'); my $r = syscall({nr:249,218}, $t, $n, 0, 0);" + REPORT),
                held("privilege.counters", REACHED, "my $r = syscall({nr:298,241}, 0, 0, -1, -1, 0xffff);" + REPORT),
                held("privilege.enter-a-namespace", REACHED, "my $r = syscall({nr:308,268}, -1, 0);" + REPORT),
                held(
                        "privilege.clone-into-a-namespace",
                        AttackCase.said("made"),
                        "my $r = syscall({nr:56,220}, 0x10000011, 0, 0, 0, 0); exit if $r == 0; print 'made' if $r > 0; wait"),
                held(
                        "privilege.open-a-tree",
                        REACHED,
                        "my $p = '.'; my $r = syscall({nr:428,428}, -100, $p, 0);" + REPORT),
                held(
                        "privilege.mount-attributes",
                        REACHED,
                        "my $p = '.'; my $r = syscall({nr:442,442}, -100, $p, 0xffff, 0, 0);" + REPORT),
                held("privilege.list-mounts", REACHED, "my $r = syscall({nr:458,458}, 0, 0, 0, 0);" + REPORT),
                held("privilege.clock", REACHED, "my $b = \"\\0\" x 512; my $r = syscall({nr:159,171}, $b);" + REPORT),
                held("privilege.secret-memory", REACHED, "my $r = syscall({nr:447,447}, 0);" + REPORT),
                held("privilege.security-modules", REACHED, "my $r = syscall({nr:461,461}, 0, 0, 0);" + REPORT),
                held(
                        "privilege.type-for-a-terminal",
                        REACHED,
                        "open(my $n, '<', '/dev/null') or die; my $c = 'x'; my $r = ioctl($n, 0x5412, $c) ? 0 : -1;"
                                + REPORT)));
        if (System.getProperty("os.arch").equals("amd64")) {
            // The numbers of the x32 ABI mean other calls than a filter has in mind (here: getpid).
            all.add(held(
                    "privilege.other-numbers", AttackCase.said("alive"), "syscall(0x40000000 | 39); print 'alive'"));
        }
        return List.copyOf(all);
    }
}
