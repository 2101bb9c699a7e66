package dev.sallyport.bench.attack;

import static dev.sallyport.bench.attack.AttackCase.held;

import dev.sallyport.bench.attack.AttackCase.Effect;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The same files by ways that a list of system calls easily forgets, and names that other programs obey. */
final class HiddenFileAttacks {
    private static final Effect READ = (host, attempt) -> attempt.output().contains(host.token());
    private static final Effect MADE =
            (host, attempt) -> Files.exists(host.open().resolve(attempt.mark()), LinkOption.NOFOLLOW_LINKS);
    private static final Effect THEIRS_CHANGED = (host, _) -> !host.theirsIsUntouched();
    private static final Effect LISTED = (host, attempt) -> attempt.output().contains("theirs");

    private static final String PRINT = "open(my $f, '<', $p) or die; print <$f>;";
    private static final String PLANT = "open(my $f, '>', $p) or die; print $f 'planted'; close $f;";

    /** Settings and hooks of every kind; each lies in its folder, which is made if need be. */
    private static final List<String> OBEYED = List.of(
            ".bashrc",
            ".zshenv",
            ".gitmodules",
            ".git/config",
            ".husky/pre-commit",
            ".vscode/tasks.json",
            ".mcp.json",
            ".claude/settings.json",
            ".github/workflows/build.yml",
            ".gitlab-ci.yml",
            "Jenkinsfile");

    private HiddenFileAttacks() {}

    static List<AttackCase> all() {
        List<AttackCase> all = new ArrayList<>(List.of(
                held(
                        "files.read-openat2",
                        READ,
                        "my $p = '{secret}'; my $how = pack('QQQ', 0, 0, 0); my $d = syscall({nr:437,437}, -100, $p, $how,"
                                + " 24); open(my $f, '<&=', $d) or die; print <$f>"),
                held(
                        "files.read-by-descriptor-of-folder",
                        READ,
                        "opendir(my $d, '{base}') or die; my $p = '/proc/self/fd/' . fileno($d) . '/secret'; " + PRINT),
                held("files.read-by-other-program", READ, "print `/usr/bin/cat {secret}`"),
                held("files.read-in-its-folder", READ, "chdir '{base}' or die; my $p = 'secret'; " + PRINT),
                held("files.read-root-of-another", READ, "my $p = '/proc/{victim}/root{secret}'; " + PRINT),
                held("files.read-folder-of-another", READ, "my $p = '/proc/{victim}/cwd/theirs'; " + PRINT),
                held("files.list-by-pattern", LISTED, "print join ' ', glob('{open}/*')"),
                held(
                        "files.list-folder-of-another",
                        LISTED,
                        "opendir(my $d, '/proc/{victim}/cwd') or die; print join ' ', readdir $d"),
                held("files.execute", AttackCase.said("from the host"), "system('{open}/program')"),
                held(
                        "files.append-theirs",
                        THEIRS_CHANGED,
                        "open(my $f, '>>', '{open}/theirs') or die; print $f 'more'"),
                held("files.truncate-theirs", THEIRS_CHANGED, "truncate('{open}/theirs', 0)"),
                held(
                        "files.truncate-by-opening",
                        THEIRS_CHANGED,
                        "use Fcntl; sysopen(my $f, '{open}/theirs', O_RDONLY | O_TRUNC)"),
                held("files.write-folder-of-another", MADE, "my $p = \"/proc/{victim}/cwd/$ARGV[0]\"; " + PLANT),
                held(
                        "files.rename-over",
                        THEIRS_CHANGED,
                        "open(my $f, '>', 'in'); close $f; rename('in', '{open}/theirs')"),
                held(
                        "files.exchange",
                        THEIRS_CHANGED,
                        "open(my $f, '>', 'in'); close $f; my ($in, $out) = ('in', '{open}/theirs');"
                                + " syscall({nr:316,276}, -100, $in, -100, $out, 2)"),
                held(
                        "files.link-nameless",
                        MADE,
                        "sysopen(my $f, '{open}', 4194304 | {nr:65536,16384} | 2) or die; my $from = '/proc/self/fd/'"
                                + " . fileno $f; my $to = \"{open}/$ARGV[0]\"; syscall({nr:265,37}, -100, $from, -100, $to,"
                                + " 0x400)"),
                held(
                        "files.remove-folder",
                        (host, _) -> !Files.exists(host.open().resolve("empty")),
                        "rmdir('{open}/empty')"),
                held("files.write-temporary", exists("/tmp"), "my $p = \"/tmp/$ARGV[0]\"; " + PLANT),
                held("files.write-kept-temporary", exists("/var/tmp"), "my $p = \"/var/tmp/$ARGV[0]\"; " + PLANT),
                held("files.write-shared-memory", exists("/dev/shm"), "my $p = \"/dev/shm/$ARGV[0]\"; " + PLANT),
                held(
                        "files.setuid-at-once",
                        (host, _) -> isSetuid(host.workspace().resolve("s")),
                        "use Fcntl; umask 0; sysopen(my $f, 's', O_CREAT | O_WRONLY, 06755)"),
                held(
                        "files.setuid-by-descriptor",
                        (host, _) -> isSetuid(host.workspace().resolve("s")),
                        "open(my $f, '>', 's'); chmod(06755, $f)"),
                held(
                        "files.setuid-as-a-node",
                        (host, _) -> isSetuid(host.workspace().resolve("s")),
                        "my $p = 's'; umask 0; syscall({nr:259,33}, -100, $p, 0106755, 0)"),
                held(
                        "files.plant-by-renaming-a-folder",
                        obeyed(".git/hooks/pre-commit"),
                        "mkdir 'x'; my $p = 'x/pre-commit'; " + PLANT + " mkdir '.git'; rename('x', '.git/hooks')"),
                held(
                        "files.plant-by-a-link-to-a-repository",
                        obeyed(".git/hooks/pre-commit"),
                        "mkdir 'x'; mkdir 'x/hooks'; my $p = 'x/hooks/pre-commit'; " + PLANT + " symlink('x', '.git')"),
                held(
                        "files.plant-deep",
                        obeyed("a/b/c/.git/hooks/pre-commit"),
                        "my $d = ''; for (qw(a b c .git hooks)) { $d .= $_; mkdir $d; $d .= '/' } my $p ="
                                + " $d . 'pre-commit'; " + PLANT),
                held(
                        "files.plant-and-hide",
                        obeyed("d/.envrc"),
                        "mkdir 'd'; my $p = 'd/.envrc'; " + PLANT + " chmod 0300, 'd'"),
                held(
                        "descriptors.of-another",
                        AttackCase.said("listed"),
                        "opendir(my $d, '/proc/{victim}/fd') and print 'listed'"),
                held(
                        "descriptors.taken-from-another",
                        AttackCase.said("taken"),
                        "my $d = syscall({nr:434,434}, {victim}, 0); print 'taken' if $d >= 0 and syscall({nr:438,438}, $d,"
                                + " 1, 0) >= 0"),
                held(
                        "environment.of-a-child",
                        (host, attempt) -> attempt.output().contains("SALLYPORT_ATTACK"),
                        "print `/usr/bin/env`"),
                held(
                        "environment.home",
                        (_, attempt) -> attempt.output().equals("home " + System.getenv("HOME")),
                        "print \"home $ENV{HOME}\"")));
        OBEYED.forEach(name -> all.add(held(
                "files.obeyed" + name.replace('/', '-').replaceFirst("^(?=[^.])", "."),
                obeyed(name),
                "my $p = '" + name + "'; mkdir $1 if $p =~ m{^(\\.github)/}; mkdir $1 if $p =~ m{^(.*)/}; " + PLANT)));
        return List.copyOf(all);
    }

    private static Effect exists(String folder) {
        return (_, attempt) -> Files.exists(Path.of(folder, attempt.mark()));
    }

    private static Effect obeyed(String name) {
        return (host, _) -> Files.exists(host.workspace().resolve(name));
    }

    private static boolean isSetuid(Path file) throws Exception {
        return Files.exists(file) && ((int) Files.getAttribute(file, "unix:mode") & 06000) != 0;
    }
}
