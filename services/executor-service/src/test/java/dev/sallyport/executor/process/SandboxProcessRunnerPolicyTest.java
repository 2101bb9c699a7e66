package dev.sallyport.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxProcessRunnerPolicyTest {
    private static InterpreterDenylist denylist;

    @TempDir
    Path home;

    private Path workspace;

    /** It reads every interpreter of the machine. */
    @BeforeAll
    static void learn() throws IOException {
        denylist = new InterpreterDenylist(List.of(Path.of("/usr/bin")));
    }

    @BeforeEach
    void workspace() throws IOException {
        workspace = Files.createDirectory(home.resolve("workspace"));
    }

    @Test
    void configuredProgramRunsFromACopyOfItsHashedBytes() throws Exception {
        Path tool = copy("/usr/bin/uname", "uname");

        ExecutableImage image = policy(Map.of("uname", tool.toString())).check("uname", List.of("-a"), workspace, true);

        assertThat(image.path()).isEqualTo(tool);
        assertThat(image.copy()).hasSameBinaryContentAs(tool).isNotEqualTo(tool);
        assertThat(image.digest()).isEqualTo(ExecutableStore.digestOf(tool));
    }

    @Test
    void interpretersAreToldBeforeAnybodyCallsThem() throws Exception {
        assertThat(policy(Map.of("lister", "/usr/bin/bash", "uname", "/usr/bin/uname"))
                        .interpreters())
                .containsExactly("lister");
    }

    @Test
    void programSwappedAfterTheStartIsRefusedAndTheCopyStaysWhatItWas() throws Exception {
        Path tool = copy("/usr/bin/uname", "uname");
        SandboxProcessRunnerPolicy policy = policy(Map.of("uname", tool.toString()));
        ExecutableImage before = policy.check("uname", List.of(), workspace, true);

        Files.writeString(tool, "#!/bin/sh\necho swapped\n");

        assertThatThrownBy(() -> policy.check("uname", List.of(), workspace, true))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("changed");
        assertThat(ExecutableStore.digestOf(before.copy())).isEqualTo(before.digest());
    }

    @Test
    void copyIsNeverBelievedForItsName() throws Exception {
        Path tool = copy("/usr/bin/uname", "uname");
        Path copies = Files.createDirectories(home.resolve("copies"));
        Path planted = Files.writeString(
                copies.resolve(ExecutableStore.digestOf(tool).hex()), "left by a power cut, or by somebody");
        Path other = Files.writeString(copies.resolve("part123"), "left by an earlier life");

        SandboxProcessRunnerPolicy policy = policy(Map.of("uname", tool.toString()));

        ExecutableImage image = policy.check("uname", List.of(), workspace, true);
        assertThat(image.copy()).isEqualTo(planted).hasSameBinaryContentAs(tool);
        assertThat(other).doesNotExist();

        Files.delete(image.copy());
        Files.writeString(image.copy(), "swapped while the node runs");
        assertThat(policy.check("uname", List.of(), workspace, true).copy()).hasSameBinaryContentAs(tool);
        Files.delete(image.copy());
        assertThat(policy.check("uname", List.of(), workspace, true).copy()).hasSameBinaryContentAs(tool);

        // Not readable for anybody but root.
        Files.setAttribute(image.copy(), "unix:mode", 0);
        assertThat(policy.check("uname", List.of(), workspace, true).copy()).isExecutable();
        Files.setAttribute(image.copy(), "unix:mode", 0);
        ExecutableImage later = policy(Map.of("uname", tool.toString())).check("uname", List.of(), workspace, true);
        assertThat(later.copy()).isExecutable().hasSameBinaryContentAs(tool);
    }

    @Test
    void largeProgramIsReadInParts() throws Exception {
        long large = 32L << 20;
        for (String mark : List.of("PYTHONHASHSEED", "nothing of note")) {
            InputStream program = new SequenceInputStream(
                    new Zeros(large), new ByteArrayInputStream(mark.getBytes(StandardCharsets.US_ASCII)));
            assertThat(InterpreterDenylist.byContent(program).isPresent()).isEqualTo(mark.startsWith("PYTHON"));
        }
        // A mark at the border of two parts.
        for (int before = (1 << 20) - 20; before <= 1 << 20; before++) {
            byte[] bytes = new byte[before + 30];
            System.arraycopy("PYTHONHASHSEED".getBytes(StandardCharsets.US_ASCII), 0, bytes, before, 14);
            assertThat(InterpreterDenylist.byContent(new ByteArrayInputStream(bytes)))
                    .as("%d bytes before it", before)
                    .contains("python");
        }
    }

    /** A large file of nothing. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long length) {
            left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int count = (int) Math.min(left, length);
            left -= count;
            return count == 0 && length > 0 ? -1 : count;
        }
    }

    @Test
    void programThatIsNotTheConfiguredOneStopsTheStart() throws Exception {
        Path tool = copy("/usr/bin/uname", "uname");
        String right = ExecutableStore.digestOf(tool).hex();

        assertThat(policy(Map.of("uname", tool + " sha256:" + right)).names()).containsExactly("uname");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy(Map.of("uname", tool + " sha256:" + "0".repeat(64))))
                .withMessageContaining("uname");
        assertThatIllegalArgumentException().isThrownBy(() -> policy(Map.of("uname", "relative")));
        assertThatIllegalArgumentException().isThrownBy(() -> policy(Map.of("Uname", tool.toString())));
        assertThatIllegalArgumentException().isThrownBy(() -> policy(Map.of("uname", "/not/there")));
    }

    @Test
    void unknownProgramIsRefusedAndThePathIsNotSearched() throws Exception {
        SandboxProcessRunnerPolicy policy = policy(Map.of());

        for (String name : List.of("uname", "/usr/bin/uname", "../uname", "UNAME", "un\u0430me", "")) {
            assertThatThrownBy(() -> policy.check(name, List.of(), workspace, true))
                    .isInstanceOf(ExecutableDenied.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/bash",
                "/usr/bin/dash",
                "/usr/bin/perl",
                "/usr/bin/env",
                "/usr/bin/xargs",
                "/usr/bin/nice",
                "/usr/bin/timeout",
                "/usr/bin/setsid",
                "/usr/bin/stdbuf",
                "/usr/bin/find",
                "/usr/bin/mawk"
            })
    void interpreterIsRecognisedUnderAnyName(String path) throws Exception {
        Path disguised = copy(path, "harmless");
        Path link = Files.createSymbolicLink(home.resolve("link"), Path.of(path));
        SandboxProcessRunnerPolicy policy =
                policy(Map.of("harmless", disguised.toString(), "link", link.toString(), "direct", path));

        for (String name : List.of("harmless", "link", "direct")) {
            assertThatThrownBy(() -> policy.check(name, List.of(), workspace, true))
                    .as(name)
                    .isInstanceOf(ExecutableDenied.class)
                    .hasMessageContaining("interpreter");
        }
        assertThat(policy(Map.of("harmless", copy("/usr/bin/uname", "plain").toString()))
                        .check("harmless", List.of(), workspace, true)
                        .name())
                .as("control")
                .isEqualTo("harmless");
    }

    @Test
    void scriptIsRefusedAndNamesAreReadWithoutVersionAndEnding() throws Exception {
        Path script = Files.writeString(home.resolve("script"), "#!/usr/bin/uname\n");
        Files.setAttribute(script, "unix:mode", 0755);

        assertThatThrownBy(
                        () -> policy(Map.of("script", script.toString())).check("script", List.of(), workspace, true))
                .isInstanceOf(ExecutableDenied.class);
        assertThat(InterpreterDenylist.plain("Python3.11.EXE")).isEqualTo("python");
        assertThat(InterpreterDenylist.plain("perl5.36")).isEqualTo("perl");
        assertThat(InterpreterDenylist.plain("node-22")).isEqualTo("node");
        assertThat(InterpreterDenylist.plain("uname")).isEqualTo("uname");
    }

    /** What the kernel starts is what the node states: each script prints what it was given. */
    @Test
    void theChainOfAScriptIsTheOneThatTheKernelFollows() throws Exception {
        Path inner = script("inner", "#!/usr/bin/dash -u\nprintf '%s|' \"$@\"\n");
        Path outer = script("outer", "#! \t" + inner + "  one argument \nnobody reads this\n");
        SandboxProcessRunnerPolicy policy =
                interpreters(Map.of("inner", inner.toString(), "outer", outer.toString(), "dash", "/usr/bin/dash"));

        ExecutableImage image = policy.check("outer", List.of("a", "b"), workspace, true);

        assertThat(image.interpreters())
                .containsExactly(
                        new ExecutableImage.Interpreter(inner, ExecutableStore.digestOf(inner)),
                        new ExecutableImage.Interpreter(
                                Path.of("/usr/bin/dash"), ExecutableStore.digestOf(Path.of("/usr/bin/dash"))));
        assertThat(output(outer, "a", "b")).isEqualTo("one argument|" + outer + "|a|b|");
        assertThat(policy(Map.of("uname", "/usr/bin/uname"))
                        .check("uname", List.of(), workspace, true)
                        .interpreters())
                .isEmpty();
    }

    @Test
    void aChainAsLongAsEveryKernelFollowsIsLetThroughAndNoLongerOne() throws Exception {
        Map<String, String> executables = new HashMap<>(Map.of("dash", "/usr/bin/dash"));
        Path next = Path.of("/usr/bin/dash");
        for (int at = 1; at <= 5; at++) {
            next = script("link" + at, "#!" + next + "\necho ran\n");
            executables.put("link" + at, next.toString());
        }
        Path loop = script("loop", "#!" + home.resolve("loop") + "\n");
        executables.put("loop", loop.toString());
        SandboxProcessRunnerPolicy policy = interpreters(executables);

        assertThat(policy.check("link4", List.of(), workspace, true).interpreters())
                .hasSize(4);
        assertThat(output(home.resolve("link4"))).as("the kernel").isEqualTo("ran\n");
        for (String name : List.of("link5", "loop")) {
            assertThatThrownBy(() -> policy.check(name, List.of(), workspace, true))
                    .isInstanceOf(ExecutableDenied.class)
                    .hasMessageContaining("more than 4");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#!/usr/bin/env perl\n",
                "#!/usr/bin/perl -w -e1\n",
                "#!/usr/bin/perl -e\n",
                "#!/usr/bin/perl -Mstrict\n",
                "#!/usr/bin/mawk\n",
                "#!/usr/bin/mawk -f -v\n",
                "#!/usr/bin/bash\n",
                "#!/usr/bin/python3\n",
                "#!/usr/bin/none-such\n",
                "#!perl\n",
                "#!./perl\n",
                "#!\n",
                "#! \t \n",
                "#!/usr/bin/perl",
                "#!/usr/bin/perl\r\n",
                "#!/usr/bin/perl\0\n"
            })
    void aScriptWhoseInterpreterRunsOtherCodeOrIsNotOpenedIsRefused(String first) throws Exception {
        Path refused = script("refused", first);
        Path accepted = script("accepted", "#!/usr/bin/perl -w\nprint 1;\n");
        SandboxProcessRunnerPolicy policy = interpreters(Map.of(
                "refused",
                refused.toString(),
                "accepted",
                accepted.toString(),
                "perl",
                "/usr/bin/perl",
                "mawk",
                "/usr/bin/mawk",
                "env",
                "/usr/bin/env"));

        assertThatThrownBy(() -> policy.check("refused", List.of(), workspace, true))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("\"refused\"");
        assertThat(policy.check("accepted", List.of("x"), workspace, true).interpreters())
                .as("control")
                .hasSize(1);
    }

    @Test
    void aFirstLineThatIsLongerThanAKernelReadsIsRefusedAndTheLongestOneIsNot() throws Exception {
        String interpreter = "#!/usr/bin/dash";
        Path longest = script("longest", interpreter + " ".repeat(255 - interpreter.length()) + "\necho ran\n");
        Path longer = script("longer", interpreter + " ".repeat(256 - interpreter.length()) + "\necho ran\n");
        SandboxProcessRunnerPolicy policy = interpreters(
                Map.of("longest", longest.toString(), "longer", longer.toString(), "dash", "/usr/bin/dash"));

        assertThat(policy.check("longest", List.of(), workspace, true).interpreters())
                .hasSize(1);
        assertThat(output(longest)).as("the kernel").isEqualTo("ran\n");
        assertThatThrownBy(() -> policy.check("longer", List.of(), workspace, true))
                .isInstanceOf(ExecutableDenied.class);
    }

    @Test
    void everyInterpreterOfAChainMustBeAllowedAndStayAsItWasPinned() throws Exception {
        Path dash = copy("/usr/bin/dash", "dash");
        Path script = script("script", "#!" + dash + "\n");
        Map<String, String> executables = Map.of("script", script.toString(), "dash", dash.toString());
        assertThatThrownBy(
                        () -> interpreters(executables, Set.of("script")).check("script", List.of(), workspace, true))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("sallyport.node.interpreters");
        SandboxProcessRunnerPolicy policy = interpreters(executables);
        assertThat(policy.check("script", List.of(), workspace, true).interpreters())
                .as("control")
                .hasSize(1);

        Files.copy(Path.of("/usr/bin/uname"), dash, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> policy.check("script", List.of(), workspace, true))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("changed");
    }

    /** Perl hands a file on to the interpreter that its first line names. */
    @Test
    void perlIsGivenNoFileThatItHandsOnToAnotherInterpreter() throws Exception {
        SandboxProcessRunnerPolicy policy = interpreter("perl", "/usr/bin/perl");
        Path handed = Files.writeString(workspace.resolve("handed.pl"), "#!/usr/bin/dash\necho handed on\n");
        Files.writeString(workspace.resolve("own.pl"), "#!/usr/bin/perl -w\nprint 1;\n");

        assertThat(output(Path.of("/usr/bin/perl"), handed.toString()))
                .as("control: what perl does with it")
                .isEqualTo("handed on\n");
        assertThatThrownBy(() -> policy.check("perl", List.of("handed.pl"), workspace, true))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("another interpreter");
        assertThatCode(() -> policy.check("perl", List.of("own.pl"), workspace, true))
                .doesNotThrowAnyException();
    }

    private Path script(String name, String text) throws IOException {
        Path script = Files.writeString(home.resolve(name), text);
        Files.setAttribute(script, "unix:mode", 0755);
        return script;
    }

    /** What the program writes when the kernel starts it. */
    private static String output(Path program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private SandboxProcessRunnerPolicy interpreters(Map<String, String> executables) throws IOException {
        return interpreters(executables, executables.keySet());
    }

    private SandboxProcessRunnerPolicy interpreters(Map<String, String> executables, Set<String> allowed)
            throws IOException {
        return new SandboxProcessRunnerPolicy(
                new ExecutableStore(Platform.current(), executables, home.resolve("copies")), denylist, allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-e|print 1",
                "-e1",
                "-E|1",
                "-CSe1",
                "-0777e1",
                "-i.bak|-pe1",
                "-ne1",
                "-we|1",
                "-w|-e|1",
                "-Mstrict;system(1)",
                "-",
                "--|-e",
                "--eval=x",
                "-c|script.pl",
                "none.pl",
                "folder",
                "link.pl",
                "@script.pl",
                ""
            })
    void allowedInterpreterTakesNoCodeButAFileOfTheWorkspace(String arguments) throws Exception {
        SandboxProcessRunnerPolicy policy = interpreter("perl", "/usr/bin/perl");

        assertThatThrownBy(() -> policy.check("perl", List.of(arguments.split("\\|", -1)), workspace, true))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("workspace");
        assertThatThrownBy(() -> policy.check("perl", List.of(), workspace, true))
                .isInstanceOf(ExecutableDenied.class);
        assertThat(policy.check("perl", List.of("-w", "script.pl"), workspace, true)
                        .script())
                .isEqualTo(new ExecutableImage.Script(
                        "script.pl", ExecutableStore.digestOf(workspace.resolve("script.pl"))));
        assertThatCode(() -> policy.check("perl", List.of("script.pl"), workspace, true))
                .as("control")
                .doesNotThrowAnyException();
        assertThatCode(() -> policy.check("perl", List.of("-w", "./script.pl", "--", "-e", "1"), workspace, true))
                .as("control: what follows the file is the file's")
                .doesNotThrowAnyException();
    }

    /** Python is not on every machine that builds this: a shell takes its name, which is what the rule goes by. */
    @ParameterizedTest
    @ValueSource(strings = {"-c|import os", "-cimport os;print(os.getpid())", "-Ic1", "-m|http.server", "-i", "-"})
    void pythonTakesNoCodeButAFileOfTheWorkspace(String arguments) throws Exception {
        SandboxProcessRunnerPolicy policy =
                interpreter("python3", copy("/usr/bin/uname", "python3").toString());

        assertThatThrownBy(() -> policy.check("python3", List.of(arguments.split("\\|", -1)), workspace, true))
                .isInstanceOf(ExecutableDenied.class);
        assertThatCode(() -> policy.check("python3", List.of("-I", "script.pl"), workspace, true))
                .as("control")
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN{system(\"id\")}",
                "-f|script.pl|-e|BEGIN{}",
                "-f|none",
                "-fscript.pl",
                "-v|a=1|-f|script.pl"
            })
    void awkTakesItsProgramFromAFileOfTheWorkspace(String arguments) throws Exception {
        SandboxProcessRunnerPolicy policy = interpreter("mawk", "/usr/bin/mawk");

        assertThatThrownBy(() -> policy.check("mawk", List.of(arguments.split("\\|", -1)), workspace, true))
                .isInstanceOf(ExecutableDenied.class);
        assertThatCode(() -> policy.check("mawk", List.of("-f", "script.pl", "data"), workspace, true))
                .as("control")
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apt-get",
                "choom",
                "dpkg",
                "gcc",
                "git",
                "ionice",
                "less",
                "man",
                "more",
                "prlimit",
                "run-parts",
                "setarch",
                "split",
                "sqlite3",
                "tar",
                "taskset",
                "time",
                "wget",
                "zip"
            })
    void programThatStartsOthersIsRecognised(String name) throws Exception {
        Path file = Path.of("/usr/bin", name);
        Path program = Files.isExecutable(file) ? copy(file.toString(), "renamed") : copy("/usr/bin/uname", name);
        String logical = Files.isExecutable(file) ? "renamed" : name;
        SandboxProcessRunnerPolicy policy = policy(Map.of(logical, program.toString()));

        assertThatThrownBy(() -> policy.check(logical, List.of(), workspace, true))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("runs other programs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--compress-program=sh", "--compress-prog=sh", "--com", "--files0-from=-", "--f=s"})
    void optionWithHiddenEffectsIsRefused(String option) throws Exception {
        SandboxProcessRunnerPolicy policy = policy(Map.of("sort", "/usr/bin/sort"));

        assertThatThrownBy(() -> policy.check("sort", List.of("-S1", option, "sh"), workspace, true))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(option);
        assertThatCode(() -> policy.check("sort", List.of("-S1", "--unique", "a"), workspace, true))
                .as("control")
                .doesNotThrowAnyException();
    }

    /** The node allows it and the permit does not: of what a workspace has not opened as an interpreter none runs. */
    @Test
    void interpreterThatThePermitDoesNotNameAsOneIsRefused() throws Exception {
        SandboxProcessRunnerPolicy policy = interpreter("perl", "/usr/bin/perl");

        assertThatThrownBy(() -> policy.check("perl", List.of("script.pl"), workspace, false))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("process_runner.interpreters");
        assertThatCode(() -> policy.check("perl", List.of("script.pl"), workspace, true))
                .as("control")
                .doesNotThrowAnyException();
        assertThatCode(() -> policy(Map.of("cat", "/usr/bin/cat")).check("cat", List.of(), workspace, false))
                .as("no interpreter")
                .doesNotThrowAnyException();
    }

    private SandboxProcessRunnerPolicy interpreter(String name, String path) throws IOException {
        Files.writeString(workspace.resolve("script.pl"), "");
        Files.createDirectory(workspace.resolve("folder"));
        Files.createSymbolicLink(
                workspace.resolve("link.pl"), Files.writeString(home.resolve("outside.pl"), "print 1"));
        return new SandboxProcessRunnerPolicy(
                new ExecutableStore(Platform.current(), Map.of(name, path), home.resolve("copies")),
                denylist,
                Set.of(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../outside",
                "a/../../outside",
                "--file=/etc/passwd",
                "-C/etc",
                "@/etc/passwd",
                "if=/etc/passwd",
                "host:/etc/passwd",
                "file:///etc/passwd",
                "link/x",
                "link/new",
                "--out=../x",
                "dangling",
                "/proc/self/environ",
                "/workspace/../etc"
            })
    void argumentThatLeadsOutIsRefused(String argument) throws Exception {
        Files.createSymbolicLink(workspace.resolve("link"), Files.createDirectory(home.resolve("outside")));
        Files.createFile(home.resolve("outside").resolve("x"));
        Files.createSymbolicLink(workspace.resolve("dangling"), home.resolve("nowhere"));
        SandboxProcessRunnerPolicy policy = policy(Map.of("without-profile", "/usr/bin/cat"));

        assertThatThrownBy(() -> policy.check("without-profile", List.of("-n", argument), workspace, true))
                .isInstanceOf(WorkspaceScopeDenied.class)
                .hasMessageContaining("among the arguments");
        assertThatCode(() -> policy.check("without-profile", List.of("-n", "x"), workspace, true))
                .as("control")
                .doesNotThrowAnyException();
    }

    @Test
    void whatAProgramTakesAsTextIsNoPathAndWhatItTakesAsAPathIs() throws Exception {
        Files.createSymbolicLink(workspace.resolve("link"), Files.createDirectory(home.resolve("outside")));
        SandboxProcessRunnerPolicy policy = policy(Map.of("cut", "/usr/bin/cut", "echo", "/usr/bin/echo"));

        for (List<String> text : List.of(List.of("-d/", "-f2", "a"), List.of("--delimiter=/", "-f", "../2"))) {
            assertThatCode(() -> policy.check("cut", text, workspace, true))
                    .as(text.toString())
                    .doesNotThrowAnyException();
        }
        assertThatCode(() -> policy.check("echo", List.of("/etc/passwd", "../x", "link/x"), workspace, true))
                .doesNotThrowAnyException();
        for (String path : List.of("/etc/passwd", "../x", "link/x")) {
            assertThatThrownBy(() -> policy.check("cut", List.of("-f2", path), workspace, true))
                    .as(path)
                    .isInstanceOf(WorkspaceScopeDenied.class)
                    .hasMessageContaining(path);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file.txt",
                "./a/b",
                "/workspace/a",
                "-n",
                "--lines=5",
                "a=b",
                "10:30",
                "https://example.org/x",
                "/tmp/x",
                "s/a/b/",
                "/",
                "+%H:%M"
            })
    void ordinaryArgumentIsAccepted(String argument) throws Exception {
        assertThatCode(() -> policy(Map.of("cat", "/usr/bin/cat")).check("cat", List.of(argument), workspace, true))
                .doesNotThrowAnyException();
    }

    @Test
    void argumentsThatNoProgramCanTakeAreRefused() throws Exception {
        SandboxProcessRunnerPolicy policy = policy(Map.of("cat", "/usr/bin/cat"));

        assertThatThrownBy(() -> policy.check("cat", List.of("a\0b"), workspace, true))
                .isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> policy.check("cat", List.of("x".repeat(200_000)), workspace, true))
                .isInstanceOf(InvalidInput.class);
    }

    private Path copy(String from, String name) throws IOException {
        Path copy = Files.copy(Path.of(from), home.resolve(name));
        Files.setAttribute(copy, "unix:mode", 0755);
        return copy;
    }

    private SandboxProcessRunnerPolicy policy(Map<String, String> executables) throws IOException {
        return new SandboxProcessRunnerPolicy(
                new ExecutableStore(Platform.current(), executables, home.resolve("copies")), denylist, Set.of());
    }
}
