package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileAttackTest {
    private static final String READ = "open(my $f, '<', $ARGV[0]) or die \"no: $!\"; print <$f>;";
    private static final String WRITE = "open(my $f, '>', $ARGV[0]) or do { print \"no: $!\"; exit 3 };"
            + " print $f 'planted'; close $f; print 'written';";

    private SandboxBench bench;
    private Path secret;

    @BeforeEach
    void open() throws IOException {
        bench = new SandboxBench();
        secret = Files.writeString(bench.base.resolve("secret.txt"), "host secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void programsOwnWorkspaceIsReadableAndWritable() throws Exception {
        Files.writeString(bench.workspace.resolve("given.txt"), "given");
        bench.own(bench.workspace.resolve("given.txt"));

        assertThat(text(bench.perl(READ, "/workspace/given.txt"))).isEqualTo("given");
        assertThat(text(bench.perl(WRITE, "made.txt"))).isEqualTo("written");
        assertThat(bench.workspace.resolve("made.txt")).hasContent("planted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"made.txt", "/workspace/made.txt", "given.txt", "/proc/self/cwd/made.txt"})
    void confinedProgramReadsTheWorkspaceAndChangesNothingInIt(String path) throws Exception {
        Files.writeString(bench.workspace.resolve("given.txt"), "given");
        bench.own(bench.workspace.resolve("given.txt"));
        String attack = "chmod 0777, 'given.txt'; utime 1, 1, 'given.txt'; mkdir 'folder'; rename 'given.txt', 'gone';"
                + " unlink 'given.txt'; symlink 'a', 'link'; " + WRITE;

        SandboxResult confined = bench.run(bench.confined(SandboxBench.PERL, "-e", attack, "--", path));

        assertThat(text(confined)).isIn("no: Read-only file system", "no: No such file or directory");
        assertThat(text(bench.run(bench.confined(SandboxBench.PERL, "-e", READ, "--", "given.txt"))))
                .isEqualTo("given");
        try (Stream<Path> left = Files.list(bench.workspace)) {
            assertThat(left).containsExactly(bench.workspace.resolve("given.txt"));
        }
        assertThat(bench.workspace.resolve("given.txt")).hasContent("given");
        assertThat(Files.getPosixFilePermissions(bench.workspace.resolve("given.txt")))
                .doesNotContain(PosixFilePermission.OTHERS_WRITE);
        assertThat(confined.facts()).contains(new Fact("workspace", State.ENFORCED, "read-only"));
        assertThat(text(bench.perl(WRITE, path))).as("control").isEqualTo("written");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/mountinfo", "/proc/1/cmdline", "/proc/keys", "/proc/kallsyms", "/proc/version"})
    void confinedProgramSeesNothingOfTheMachineInProc(String path) throws Exception {
        assertThat(text(bench.perl("print -e $ARGV[0] ? 'there' : 'none'", path)))
                .as("control")
                .isEqualTo("there");

        assertThat(text(bench.run(
                        bench.confined(SandboxBench.PERL, "-e", "print -e $ARGV[0] ? 'there' : 'none'", "--", path))))
                .isEqualTo("none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"%s", "/proc/1/root%s", "/proc/self/root%s", "../..%s", "/proc/self/cwd/../../..%s", "link"})
    void fileOfTheHostIsNotReadable(String shape) throws Exception {
        assertThat(bench.outside(READ, secret.toString())).as("control").isEqualTo("host secret");
        Files.createSymbolicLink(bench.workspace.resolve("link"), secret);

        SandboxResult result = bench.perl(READ, shape.formatted(secret));

        assertThat(text(result)).isEmpty();
        assertThat(result.exitStatus()).isNotZero();
    }

    @Test
    void fileOutsideTheWorkspaceCannotBeMade() throws Exception {
        Path open = Files.createDirectory(bench.base.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path control = open.resolve("control");
        assertThat(bench.outside(WRITE, control.toString())).as("control").isEqualTo("written");
        assertThat(control).exists();
        Files.createSymbolicLink(bench.workspace.resolve("out"), open);

        for (String path : new String[] {open + "/one", "out/two", "/proc/1/root" + open + "/three"}) {
            assertThat(text(bench.perl(WRITE, path))).startsWith("no: ");
        }
        assertThat(open).isDirectoryNotContaining(file -> !file.equals(control));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/planted",
                "/etc/planted",
                "/planted",
                "/dev/planted",
                "/bin/planted",
                "/proc/sys/kernel/core_pattern"
            })
    void systemFoldersAreReadOnly(String path) throws Exception {
        SandboxResult result = bench.perl(WRITE, path);

        assertThat(text(result)).startsWith("no: ");
        assertThat(result.exitStatus()).isEqualTo(3);
    }

    @Test
    void hostsPasswordsRunFolderAndUsersAreNotThere() throws Exception {
        SandboxResult result = bench.perl("print join ',', map { s{.*/}{}r } sort glob('/* /etc/* /home/* /run/*')");

        assertThat(text(result))
                .contains("workspace")
                .contains("passwd")
                .doesNotContain("shadow", "root", "var", "sys", "opt");
        assertThat(text(bench.perl(READ, "/etc/passwd")))
                .startsWith("tool:x:1000:1000:")
                .doesNotContain("root");
    }

    /** The workspace lies on the host, where another user could run what is left there. */
    @Test
    void noFileBecomesSetuid() throws Exception {
        String mark = "for my $mode (06755, 0755) { open(my $f, '>', \"p$mode\") or die; close $f;"
                + " print chmod($mode, \"p$mode\") ? 'yes ' : \"no: $! \" }"
                + " use Fcntl; umask 0; print sysopen(my $g, 'made', O_CREAT | O_WRONLY, 04755) ? 'yes' : \"no: $!\"";
        assertThat(bench.outside("chdir $ARGV[0]; " + mark, bench.workspace.toString()))
                .as("control")
                .isEqualTo("yes yes yes");
        assertThat((int) Files.getAttribute(bench.workspace.resolve("made"), "unix:mode") & 07777)
                .isEqualTo(04755);
        for (String name : new String[] {"made", "p3565", "p493"}) {
            Files.delete(bench.workspace.resolve(name));
        }

        assertThat(text(bench.perl(mark))).isEqualTo("no: Operation not permitted yes no: Operation not permitted");
        assertThat(bench.workspace.resolve("made")).doesNotExist();
        assertThat((int) Files.getAttribute(bench.workspace.resolve("p3565"), "unix:mode") & 06000)
                .isZero();
    }

    @Test
    void environmentIsBuiltFromNothing() throws Exception {
        assertThat(System.getenv()).as("control: the launcher has one").isNotEmpty();

        String own = text(bench.perl("print join ',', map { \"$_=$ENV{$_}\" } sort keys %ENV"));
        String first = text(bench.perl(
                "local $/; open(my $f, '<', '/proc/1/environ') or do { print \"no: $!\"; exit }; print <$f>"));
        String line = text(bench.perl("local $/; open(my $f, '<', '/proc/1/cmdline') or die; print <$f>"));

        assertThat(own).isEqualTo("GREETING=hello,HOME=/workspace,LANG=C.UTF-8,LC_ALL=C.UTF-8,PATH=/usr/bin:/bin");
        assertThat(first).as("environment of the first process").isEqualTo("no: Permission denied");
        assertThat(line).startsWith(BubblewrapLaunch.GATE).doesNotContain(bench.base.toString());
    }

    @Test
    void noDescriptorOfTheLauncherIsInherited() throws Exception {
        String list = "opendir(my $d, '/proc/self/fd') or die; my $own = fileno($d);"
                + " print join ',', sort { $a <=> $b } grep { /^\\d+$/ && $_ != $own } readdir $d";
        assertThat(bench.outside("open(my $f, '<', $ARGV[0]) or die; " + list, secret.toString()))
                .as("control: an open descriptor would be listed")
                .isEqualTo("0,1,2,3");

        try (InputStream open = Files.newInputStream(secret)) {
            assertThat(open.read()).isEqualTo('h');
            assertThat(text(bench.perl(list))).isEqualTo("0,1,2");
        }
    }

    @Test
    void programThatRunsIsTheImageThatWasHashed() throws Exception {
        Path image = Files.copy(Path.of("/usr/bin/printf"), bench.base.resolve("image"));
        Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("r-xr-xr-x"));
        var plan = bench.plan(SandboxBench.LIMITS, Path.of("/usr/bin/false"), "from the image");
        var swapped = new SandboxPlan(
                plan.executable(),
                image,
                plan.arguments(),
                plan.workspace(),
                plan.confined(),
                plan.environment(),
                plan.network(),
                plan.limits());

        assertThat(bench.run(plan).exitStatus())
                .as("control: the file under that path")
                .isEqualTo(1);
        assertThat(text(bench.run(swapped))).isEqualTo("from the image");
    }

    /** Of the host's /etc there is what programs need; of what is secret in it, nothing. */
    @Test
    void programsFindTimeZoneAuthoritiesAndAlternatives() throws Exception {
        String look = "print join ' ', map { -e $_ ? 'there' : 'not' } @ARGV;"
                + " print ' ', open(my $f, '>', '/etc/ssl/certs/mine') ? 'written' : 'read-only'";
        String[] wanted = Stream.of("/etc/localtime", "/etc/ssl/certs/ca-certificates.crt", "/etc/alternatives/awk")
                .filter(each -> Files.exists(Path.of(each)))
                .toArray(String[]::new);
        assertThat(wanted).as("control: what this host has of it").isNotEmpty();

        assertThat(text(bench.perl(look, wanted))).isEqualTo("there ".repeat(wanted.length) + "read-only");
        assertThat(text(bench.perl(look, "/etc/ssl/private", "/etc/shadow", "/etc/machine-id")))
                .isEqualTo("not not not read-only");
    }
}
