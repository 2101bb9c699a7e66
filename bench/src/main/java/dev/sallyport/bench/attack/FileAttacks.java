package dev.sallyport.bench.attack;

import static dev.sallyport.bench.attack.AttackCase.held;
import static dev.sallyport.bench.attack.AttackCase.works;

import dev.sallyport.bench.attack.AttackCase.Effect;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.List;

/** Files of the host, seen and changed by every way that leads to them; descriptors and environments. */
final class FileAttacks {
    private static final Effect READ = (host, attempt) -> attempt.output().contains(host.token());
    private static final Effect MADE =
            (host, attempt) -> Files.exists(host.open().resolve(attempt.mark()), LinkOption.NOFOLLOW_LINKS);
    private static final Effect OWN_CHANGED = (host, _) -> !host.ownIsUntouched();
    private static final Effect MOVED = (host, _) -> !Files.exists(host.open().resolve("theirs"));

    private static final String PRINT = "open(my $f, '<', $p) or die; print <$f>;";
    private static final String PLANT = "open(my $f, '>', $p) or die; print $f 'planted'; close $f;";

    private FileAttacks() {}

    static List<AttackCase> all() {
        return List.of(
                held("files.read", READ, "my $p = '{secret}'; " + PRINT),
                held("files.read-own", READ, "my $p = '{own}'; " + PRINT),
                held("files.read-up", READ, "my $p = ('../' x 20) . '{secret}'; " + PRINT),
                held("files.read-link", READ, "symlink('{secret}', 'link'); my $p = 'link'; " + PRINT),
                held("files.read-linked-folder", READ, "symlink('{base}', 'd'); my $p = 'd/secret'; " + PRINT),
                held("files.read-hard-link", READ, "link('{own}', 'hard') or die; my $p = 'hard'; " + PRINT),
                held("files.read-proc-root", READ, "my $p = '/proc/self/root{secret}'; " + PRINT),
                held("files.read-proc-cwd", READ, "my $p = '/proc/self/cwd/..' . '/..' x 20 . '{secret}'; " + PRINT),
                held("files.read-moved-in", READ, "rename('{open}/theirs', 'mine') or die; my $p = 'mine'; " + PRINT),
                held(
                        "files.list",
                        (host, attempt) -> attempt.output().contains("theirs"),
                        "opendir(my $d, '{open}') or die; print join ' ', readdir $d"),
                held("files.write", MADE, "my $p = \"{open}/$ARGV[0]\"; " + PLANT),
                held("files.write-link", MADE, "symlink('{open}', 'out'); my $p = \"out/$ARGV[0]\"; " + PLANT),
                held("files.write-proc-root", MADE, "my $p = \"/proc/self/root{open}/$ARGV[0]\"; " + PLANT),
                held("files.make-folder", MADE, "mkdir(\"{open}/$ARGV[0]\")"),
                held("files.make-link", MADE, "symlink('x', \"{open}/$ARGV[0]\")"),
                held("files.make-fifo", MADE, "use POSIX; POSIX::mkfifo(\"{open}/$ARGV[0]\", 0666)"),
                held("files.link-out", MADE, "open(my $f, '>', 'in'); link('in', \"{open}/$ARGV[0]\")"),
                held("files.move-out", MADE, "open(my $f, '>', 'in'); rename('in', \"{open}/$ARGV[0]\")"),
                held("files.append-own", OWN_CHANGED, "open(my $f, '>>', '{own}') or die; print $f 'more'"),
                held("files.truncate-own", OWN_CHANGED, "truncate('{own}', 3)"),
                held("files.mode-own", OWN_CHANGED, "chmod(0777, '{own}')"),
                held("files.times-own", OWN_CHANGED, "utime(1, 1, '{own}')"),
                held("files.remove", MOVED, "unlink('{open}/theirs')"),
                held("files.move-in", MOVED, "rename('{open}/theirs', 'mine')"),
                held(
                        "files.plant-hook",
                        (host, _) -> Files.exists(host.workspace().resolve(".git/hooks/pre-commit")),
                        "mkdir '.git'; mkdir '.git/hooks'; my $p = '.git/hooks/pre-commit'; " + PLANT),
                held(
                        "files.plant-settings",
                        (host, _) -> Files.exists(host.workspace().resolve("sub/.envrc")),
                        "mkdir 'sub'; my $p = 'sub/.envrc'; " + PLANT),
                held(
                        "files.setuid",
                        (host, _) -> Files.exists(host.workspace().resolve("s"))
                                && ((int) Files.getAttribute(host.workspace().resolve("s"), "unix:mode") & 06000) != 0,
                        "open(my $f, '>', 's'); close $f; chmod(06755, 's')"),
                held(
                        "descriptors.inherited",
                        AttackCase.said("3"),
                        "open(my $s, '<', '{secret}'); use POSIX;"
                                + " print join ' ', grep { my $n = POSIX::dup($_); defined $n and POSIX::close($n) } 3..255"),
                held("environment.of-another", READ, "my $p = '/proc/{victim}/environ'; " + PRINT),
                held(
                        "environment.own",
                        (host, attempt) -> attempt.output().contains("SALLYPORT_ATTACK"),
                        "print join ' ', keys %ENV"),
                works(
                        "workspace.write",
                        (host, _) -> Files.exists(host.workspace().resolve("made")),
                        "my $p = 'made'; " + PLANT),
                works(
                        "programs.read",
                        AttackCase.said("elf"),
                        "open(my $f, '<', '/usr/bin/perl') or die; read $f, my $x," + " 4; print 'elf' if $x =~ /ELF/"),
                works("programs.start", AttackCase.said("started"), "print 'started' if system('/usr/bin/true') == 0"));
    }
}
