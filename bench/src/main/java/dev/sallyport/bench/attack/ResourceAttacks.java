package dev.sallyport.bench.attack;

import static dev.sallyport.bench.attack.AttackCase.held;
import static dev.sallyport.bench.attack.AttackCase.heldFor;

import dev.sallyport.bench.attack.AttackCase.Effect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** More of the machine than was permitted, and staying longer than was permitted. */
final class ResourceAttacks {
    private static final Effect STAYS =
            (_, attempt) -> !AttackedHost.processesWith(attempt.mark()).isEmpty();

    private ResourceAttacks() {}

    static List<AttackCase> all() {
        return List.of(
                held(
                        "resources.orphan",
                        STAYS,
                        "use POSIX; if (!fork) { POSIX::setsid(); if (!fork) { $SIG{TERM} = $SIG{HUP} = 'IGNORE';"
                                + " open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null'; sleep 40 } exit } wait"),
                heldFor(
                        "resources.deadline",
                        700,
                        STAYS,
                        "use POSIX; $SIG{TERM} = $SIG{HUP} = $SIG{INT} = 'IGNORE'; POSIX::setsid(); fork; fork;"
                                + " open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null'; sleep 40"),
                held(
                        "resources.processes",
                        AttackCase.said("all there"),
                        "$| = 1; for (1..200) { my $p = fork; if (!defined $p) { print 'refused'; exit } if (!$p)"
                                + " { sleep 20; exit } } select undef, undef, undef, 1; print 'all there'"),
                held(
                        "resources.memory",
                        AttackCase.said("held"),
                        "my $n = 280 << 20; my $x = 'x' x $n; print 'held ', length $x"),
                held(
                        "resources.memory-of-many",
                        AttackCase.said("all there"),
                        "my @p; my $n = 80 << 20; for (1..5) { my $p = fork; if (!$p) { my $x = 'x' x $n; sleep 2; exit 0 }"
                                + " push @p, $p } my $ok = 0; for (@p) { waitpid $_, 0; $ok++ if $? == 0 }"
                                + " print 'all there' if $ok == 5"),
                held(
                        "resources.memory-of-nobody",
                        AttackCase.said("all there"),
                        "my $n = 0; for (1..6) { my $name = 'm'; my $d = syscall({nr:319,279}, $name, 0);"
                                + " last if $d < 0; open(my $f, '>&=', $d) or last; push @f, $f;"
                                + " for (1..60) { last unless defined syswrite $f, 'x' x (1 << 20); $n++ } }"
                                + " print 'all there' if $n == 360"),
                held(
                        "resources.file-size",
                        (host, _) -> Files.exists(host.workspace().resolve("large"))
                                && Files.size(host.workspace().resolve("large")) > 64 << 20,
                        "$SIG{XFSZ} = 'IGNORE'; open(my $f, '>', 'large') or die; for (1..70) { syswrite $f,"
                                + " 'x' x (1 << 20) }"),
                held(
                        "resources.temporary-room",
                        AttackCase.said("all there"),
                        "my $p = \"/tmp/$ARGV[0]\"; open(my $f, '>', $p) or die; my $n = 0; for (1..40) { my $w ="
                                + " syswrite $f, 'x' x (1 << 20); $n += $w if defined $w } print 'all there' if $n == 40 << 20;"
                                + " unlink $p"),
                held(
                        "resources.open-files",
                        AttackCase.said("all there"),
                        "my @f; for (1..400) { open(my $f, '<', '/dev/null') or last; push @f, $f } print 'all there' if"
                                + " @f == 400"),
                held(
                        "resources.limit-lifted",
                        AttackCase.said("lifted"),
                        "my $l = pack('QQ', 1000, 1000); print 'lifted' if syscall({nr:302,261}, 0, 7, $l, 0) == 0"),
                held(
                        "resources.files-of-the-workspace",
                        AttackCase.said("all there"),
                        "mkdir 'd'; for (1..10500) { open(my $f, '>', \"d/$_\") or last } sleep 3; print 'all there'"),
                held(
                        "resources.room-without-a-name",
                        AttackCase.said("all there"),
                        "my @f; for my $n (1..5) { open(my $f, '>', \"f$n\") or die; unlink \"f$n\";"
                                + " for (1..60) { syswrite($f, 'x' x (1 << 20)) } push @f, $f } sleep 3; print 'all there'"),
                heldFor(
                        "resources.stopped-at-the-deadline",
                        700,
                        STAYS,
                        "open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null'; fork; kill 'STOP', $$; sleep 40"),
                heldFor(
                        "resources.hops-at-the-deadline",
                        700,
                        STAYS,
                        "open STDOUT, '>', '/dev/null'; open STDERR, '>', '/dev/null'; for (1..40) { my $p = fork;"
                                + " exit if $p; select undef, undef, undef, 0.1 } sleep 40"),
                held(
                        "resources.shared-memory",
                        (host, _) -> listed("shm", host.key()),
                        "syscall({nr:29,194}, {key}, 4096, 01666)"),
                held(
                        "resources.message-queue",
                        (host, _) -> listed("msg", host.key()),
                        "syscall({nr:68,186}, {key}, 01666)"),
                held(
                        "resources.semaphores",
                        (host, _) -> listed("sem", host.key()),
                        "syscall({nr:64,190}, {key}, 1, 01666)"));
    }

    private static boolean listed(String kind, int key) throws Exception {
        return Files.readAllLines(Path.of("/proc/sysvipc/" + kind)).stream()
                .anyMatch(line -> line.strip().startsWith(key + " "));
    }
}
