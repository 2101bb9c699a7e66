package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program that runs without a human can do, and what it cannot: write to the workspace, start another program. */
class ConfinedProgramTest {
    /** Ways from a running program to another one; each prints what the kernel said if it fails. */
    private static final String TRY = """
            my ($how, @other) = @ARGV;
            $| = 1;
            if ($how eq 'system') { system { $other[0] } @other; print "no: $!" if $? }
            elsif ($how eq 'exec') { exec { $other[0] } @other or print "no: $!" }
            elsif ($how eq 'thread-safe fork') {
              my $child = fork; if (!$child) { exec { $other[0] } @other or print "no: $!"; exit 1 } waitpid $child, 0 }
            elsif ($how eq 'pipe') { open(my $p, '-|', @other) or print "no: $!"; print <$p> if $p }
            """;

    private SandboxBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new SandboxBench();
        Files.writeString(bench.workspace.resolve("given.txt"), "given\n");
        bench.own(bench.workspace.resolve("given.txt"));
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat given.txt",
                "date",
                "du .",
                "echo x",
                "expr 6 / 2",
                "head given.txt",
                "id",
                "ls -la",
                "pwd",
                "seq -s/ 1 3",
                "stat given.txt",
                "tail given.txt",
                "true",
                "uname -a",
                "wc given.txt"
            })
    void programThatRunsUnattendedWorks(String command) throws Exception {
        SandboxResult result = bench.run(plan(true, command));

        assertThat(new String(result.stderr().kept(), UTF_8)).isEmpty();
        assertThat(result.exitStatus()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sort -o made given.txt",
                "sort -omade given.txt",
                "sort --outp=made given.txt",
                "uniq given.txt made",
                "cp given.txt made",
                "tee made",
                "touch made",
                "mkdir made",
                "mv given.txt made",
                "ln given.txt made"
            })
    void programThatWritesDoesNotInTheWorkspace(String command) throws Exception {
        SandboxResult confined = bench.run(plan(true, command));

        assertThat(confined.exitStatus()).isNotZero();
        assertThat(bench.workspace.resolve("made")).doesNotExist();
        assertThat(bench.workspace.resolve("given.txt")).hasContent("given\n");
        assertThat(bench.run(plan(false, command)).exitStatus()).as("control").isZero();
        assertThat(bench.workspace.resolve("made")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--compress-program=sh", "--compress-prog=./planted"})
    void sortStartsNothing(String option) throws Exception {
        plant("planted", "#!/bin/sh\nid >/tmp/x; touch made; cat\n");
        String lines = "touch made; id\n"
                + IntStream.range(0, 8_000).mapToObj("#%06d\n"::formatted).collect(Collectors.joining());

        bench.sandbox()
                .start(plan(true, "sort -S1k " + option), lines.getBytes(UTF_8))
                .await();

        assertThat(bench.workspace.resolve("made")).doesNotExist();
        bench.sandbox()
                .start(plan(false, "sort -S1k " + option), lines.getBytes(UTF_8))
                .await();
        assertThat(bench.workspace.resolve("made")).as("control").exists();
    }

    /** Programs that start others by an option, a setting or their own language. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "find given.txt -exec ./planted ;",
                "find given.txt -execdir /workspace/planted {} +",
                "sed 1e./planted given.txt",
                "sed s/.*/.\\/planted/e given.txt",
                "tar -cf /tmp/x.tar given.txt --checkpoint=1 --checkpoint-action=exec=./planted",
                "tar -cf /dev/null given.txt -I ./planted",
                "git -c alias.x=!./planted x",
                "git ls-remote --upload-pack=./planted .",
                "mawk BEGIN{system(\"./planted\")}"
            })
    void programThatCanStartAnotherStartsNone(String command) throws Exception {
        plant("planted", "#!/bin/sh\necho second >&2\n");

        assertThat(errors(bench.run(plan(false, command)))).as("control").contains("second");
        assertThat(errors(bench.run(plan(true, command)))).doesNotContain("second");
    }

    private static String errors(SandboxResult result) {
        return new String(result.stderr().kept(), UTF_8)
                + new String(result.stdout().kept(), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"system", "exec", "thread-safe fork", "pipe"})
    void secondProgramIsNotStarted(String how) throws Exception {
        plant("planted", "#!/bin/sh\necho second\n");
        Files.copy(Path.of("/usr/bin/echo"), bench.workspace.resolve("copied"));
        bench.own(bench.workspace.resolve("copied"));
        for (List<String> other : List.of(
                List.of("/usr/bin/echo", "second"),
                List.of("/bin/sh", "-c", "echo second"),
                List.of("/workspace/planted"),
                List.of("/workspace/copied", "second"),
                List.of(SandboxBench.PERL.toString(), "-e", "print 'second'"),
                List.of(loader(), "/usr/bin/echo", "second"))) {
            assertThat(text(attempt(false, how, other))).as("control: " + other).isEqualToIgnoringNewLines("second");

            assertThat(text(attempt(true, how, other))).as(other.toString()).isEqualTo("no: Function not implemented");
        }
    }

    /** execve, execveat and seccomp by their numbers, in a child and in a child's child as well. */
    @Test
    void noSystemCallWaysAroundIt() throws Exception {
        boolean amd = System.getProperty("os.arch").equals("amd64");
        String calls = """
                my ($execve, $execveat, $seccomp, $only) = @ARGV;
                sub try { my ($what, $call, @with) = @_; my $r = syscall($call, @with); print "$what: ", $r == -1 ? "$!" : 'yes', "\\n" }
                $| = 1;
                for my $depth (1 .. 3) {
                  my $path = "/usr/bin/true\\0"; my $none = pack('Q', 0);
                  try('execve', $execve + 0, $path, $none, $none) unless $only;
                  try('execveat', $execveat + 0, -100, $path, $none, $none, 0) unless $only;
                  my $return = pack('SCCL', 6, 0, 0, 0x7fff0000);
                  my $filter = pack('Sx6P', 1, $return);
                  try('listen', $seccomp + 0, 1, 8, $filter);
                  last if fork;
                }
                wait;
                """;
        List<String> attack = List.of("-e", calls, "--", amd ? "59" : "221", amd ? "322" : "281", amd ? "317" : "277");
        List<String> onlyListen = new ArrayList<>(attack);
        onlyListen.add("1");

        assertThat(text(bench.run(plan(false, SandboxBench.PERL, onlyListen))))
                .as("control: who is not confined may install a filter that asks him")
                .startsWith("listen: yes");
        assertThat(text(bench.run(plan(true, SandboxBench.PERL, attack)))
                        .lines()
                        .sorted()
                        .distinct())
                .containsExactly(
                        "execve: Function not implemented",
                        "execveat: Function not implemented",
                        "listen: Operation not permitted");
    }

    @Test
    void factsSayWhatHeld() throws Exception {
        assertThat(bench.run(plan(true, "true")).facts())
                .contains(new Fact("workspace", State.ENFORCED, "read-only"))
                .anySatisfy(fact -> {
                    assertThat(fact.name()).isEqualTo("second_program");
                    assertThat(fact.state()).isEqualTo(State.ENFORCED);
                });
        assertThat(bench.run(plan(false, "true")).facts())
                .contains(new Fact("workspace", State.ENFORCED, "writable"))
                .as("control")
                .noneSatisfy(fact -> assertThat(fact.name()).isEqualTo("second_program"));
    }

    private SandboxResult attempt(boolean confined, String how, List<String> other) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-e", TRY, "--", how));
        arguments.addAll(other);
        return bench.run(plan(confined, SandboxBench.PERL, arguments));
    }

    private SandboxPlan plan(boolean confined, String command) {
        List<String> words = List.of(command.split(" ", -1));
        return plan(confined, Path.of("/usr/bin", words.getFirst()), words.subList(1, words.size()));
    }

    private SandboxPlan plan(boolean confined, Path program, List<String> arguments) {
        return new SandboxPlan(
                program,
                program,
                arguments,
                bench.workspace,
                confined,
                Map.of(),
                NetworkPlan.NONE,
                SandboxBench.LIMITS);
    }

    private void plant(String name, String content) throws IOException {
        Path file = Files.writeString(bench.workspace.resolve(name), content);
        bench.own(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String loader() {
        return System.getProperty("os.arch").equals("amd64")
                ? "/lib64/ld-linux-x86-64.so.2"
                : "/lib/ld-linux-aarch64.so.1";
    }
}
