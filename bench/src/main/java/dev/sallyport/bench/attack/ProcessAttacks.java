package dev.sallyport.bench.attack;

import static dev.sallyport.bench.attack.AttackCase.held;

import dev.sallyport.bench.attack.AttackCase.Effect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Another process of the same user, and rights that a tool must not get. */
final class ProcessAttacks {
    private static final Effect REACHED = AttackCase.said("reached");
    private static final Effect VICTIM_GONE = (host, _) -> host.victimIsGone();

    /** Said by a system call that was not refused by permission. */
    private static final String REPORT = " print 'reached' if $r != -1 or $! != 1";

    private ProcessAttacks() {}

    static List<AttackCase> all() {
        return List.of(
                held("processes.kill", VICTIM_GONE, "kill 'KILL', {victim}; select undef, undef, undef, 0.2"),
                held(
                        "processes.kill-thread",
                        VICTIM_GONE,
                        "syscall({nr:234,131}, {victim}, {victim}, 9); select undef, undef, undef, 0.2"),
                held(
                        "processes.kill-by-descriptor",
                        VICTIM_GONE,
                        "my $d = syscall({nr:434,434}, {victim}, 0); syscall({nr:424,424}, $d, 9, 0, 0) if $d >= 0;"
                                + " select undef, undef, undef, 0.2"),
                held(
                        "processes.signal-of-a-file",
                        VICTIM_GONE,
                        "use Fcntl; use Socket; socketpair(my $s, my $t, PF_UNIX, SOCK_STREAM, 0) or die;"
                                + " fcntl($s, 8, {victim} + 0); fcntl($s, 10, 9); fcntl($s, F_SETFL, 020000);"
                                + " syswrite $t, 'x'; select undef, undef, undef, 0.2"),
                held("processes.trace", REACHED, "my $r = syscall({nr:101,117}, 16, {victim}, 0, 0);" + REPORT),
                held(
                        "processes.memory",
                        AttackCase.said("open"),
                        "open(my $m, '+<', '/proc/{victim}/mem') and print 'open'"),
                held(
                        "processes.folder",
                        (host, attempt) -> attempt.output().contains(host.open().toString()),
                        "print readlink('/proc/{victim}/cwd')"),
                held("processes.priority", (host, _) -> host.victimStat(16) == 19, "setpriority(0, {victim}, 19)"),
                held(
                        "processes.policy",
                        (host, _) -> host.victimStat(38) != 0,
                        "my $zero = pack('i', 0); syscall({nr:144,119}, {victim}, 3, $zero)"),
                held(
                        "processes.limits",
                        (host, _) -> Files.readString(Path.of("/proc/" + host.victim() + "/limits"))
                                .matches("(?s).*Max open files +5 .*"),
                        "my $l = pack('QQ', 5, 5); syscall({nr:302,261}, {victim}, 7, $l, 0)"),
                held(
                        "privilege.new-privileges",
                        AttackCase.said("may"),
                        "print 'may' if syscall({nr:157,167}, 39, 0, 0, 0, 0) == 0"),
                held(
                        "privilege.user-namespace",
                        AttackCase.said("made"),
                        "print 'made' if syscall({nr:272,97}, 0x10000000) == 0"),
                held("privilege.keyring", REACHED, "my $r = syscall({nr:250,219}, 0, -3, 1);" + REPORT),
                held("privilege.personality", REACHED, "my $r = syscall({nr:135,92}, 0x40000);" + REPORT),
                held("privilege.handle", REACHED, "my $r = syscall({nr:303,264}, -1, 0, 0, 0, 0);" + REPORT),
                held(
                        "privilege.watch",
                        REACHED,
                        "my $w = syscall({nr:294,26}, 0); my $p = '{base}';"
                                + " my $r = syscall({nr:254,27}, $w, $p, 2); print 'reached' if $r != -1"));
    }
}
