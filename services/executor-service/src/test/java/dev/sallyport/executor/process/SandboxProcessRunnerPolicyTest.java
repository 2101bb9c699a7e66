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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxProcessRunnerPolicyTest {
    @TempDir
    Path home;

    private Path workspace;

    @BeforeEach
    void workspace() throws IOException {
        workspace = Files.createDirectory(home.resolve("workspace"));
    }

    @Test
    void configuredProgramRunsFromACopyOfItsHashedBytes() throws Exception {
        Path tool = copy("/usr/bin/uname", "uname");

        ExecutableImage image = policy(Map.of("uname", tool.toString())).check("uname", List.of("-a"), workspace);

        assertThat(image.path()).isEqualTo(tool);
        assertThat(image.copy()).hasSameBinaryContentAs(tool).isNotEqualTo(tool);
        assertThat(image.digest()).isEqualTo(ExecutableStore.digestOf(tool));
    }

    @Test
    void programSwappedAfterTheStartIsRefusedAndTheCopyStaysWhatItWas() throws Exception {
        Path tool = copy("/usr/bin/uname", "uname");
        SandboxProcessRunnerPolicy policy = policy(Map.of("uname", tool.toString()));
        ExecutableImage before = policy.check("uname", List.of(), workspace);

        Files.writeString(tool, "#!/bin/sh\necho swapped\n");

        assertThatThrownBy(() -> policy.check("uname", List.of(), workspace))
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

        ExecutableImage image = policy.check("uname", List.of(), workspace);
        assertThat(image.copy()).isEqualTo(planted).hasSameBinaryContentAs(tool);
        assertThat(other).doesNotExist();

        Files.delete(image.copy());
        Files.writeString(image.copy(), "swapped while the node runs");
        assertThat(policy.check("uname", List.of(), workspace).copy()).hasSameBinaryContentAs(tool);
        Files.delete(image.copy());
        assertThat(policy.check("uname", List.of(), workspace).copy()).hasSameBinaryContentAs(tool);
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
            assertThatThrownBy(() -> policy.check(name, List.of(), workspace)).isInstanceOf(ExecutableDenied.class);
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
            assertThatThrownBy(() -> policy.check(name, List.of(), workspace))
                    .as(name)
                    .isInstanceOf(ExecutableDenied.class)
                    .hasMessageContaining("interpreter");
        }
        assertThat(policy(Map.of("harmless", copy("/usr/bin/uname", "plain").toString()))
                        .check("harmless", List.of(), workspace)
                        .name())
                .as("control")
                .isEqualTo("harmless");
    }

    @Test
    void scriptIsRefusedAndNamesAreReadWithoutVersionAndEnding() throws Exception {
        Path script = Files.writeString(home.resolve("script"), "#!/usr/bin/uname\n");
        Files.setAttribute(script, "unix:mode", 0755);

        assertThatThrownBy(() -> policy(Map.of("script", script.toString())).check("script", List.of(), workspace))
                .isInstanceOf(ExecutableDenied.class);
        assertThat(InterpreterDenylist.plain("Python3.11.EXE")).isEqualTo("python");
        assertThat(InterpreterDenylist.plain("perl5.36")).isEqualTo("perl");
        assertThat(InterpreterDenylist.plain("node-22")).isEqualTo("node");
        assertThat(InterpreterDenylist.plain("uname")).isEqualTo("uname");
    }

    @Test
    void allowedInterpreterStillTakesNoCodeFromItsArguments() throws Exception {
        ExecutableStore store =
                new ExecutableStore(Platform.current(), Map.of("perl", "/usr/bin/perl"), home.resolve("copies"));
        SandboxProcessRunnerPolicy policy = new SandboxProcessRunnerPolicy(
                store, new InterpreterDenylist(List.of(Path.of("/usr/bin"))), Set.of("perl"));

        for (String flag : List.of("-e", "-E", "-c", "--eval", "--eval=x", "-ne", "-we")) {
            assertThatThrownBy(() -> policy.check("perl", List.of(flag, "print 1"), workspace))
                    .as(flag)
                    .isInstanceOf(ExecutableDenied.class);
        }
        assertThatCode(() -> policy.check("perl", List.of("-w", "script.pl", "--", "-e"), workspace))
                .doesNotThrowAnyException();
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
                "--out=../x",
                "dangling",
                "/proc/self/environ",
                "/workspace/../etc"
            })
    void argumentThatLeadsOutIsRefused(String argument) throws Exception {
        Files.createSymbolicLink(workspace.resolve("link"), Files.createDirectory(home.resolve("outside")));
        Files.createFile(home.resolve("outside").resolve("x"));
        Files.createSymbolicLink(workspace.resolve("dangling"), home.resolve("nowhere"));
        SandboxProcessRunnerPolicy policy = policy(Map.of("cat", "/usr/bin/cat"));

        assertThatThrownBy(() -> policy.check("cat", List.of("-n", argument), workspace))
                .isInstanceOf(WorkspaceScopeDenied.class)
                .hasMessageContaining(argument);
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
        assertThatCode(() -> policy(Map.of("cat", "/usr/bin/cat")).check("cat", List.of(argument), workspace))
                .doesNotThrowAnyException();
    }

    @Test
    void argumentsThatNoProgramCanTakeAreRefused() throws Exception {
        SandboxProcessRunnerPolicy policy = policy(Map.of("cat", "/usr/bin/cat"));

        assertThatThrownBy(() -> policy.check("cat", List.of("a\0b"), workspace))
                .isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> policy.check("cat", List.of("x".repeat(200_000)), workspace))
                .isInstanceOf(InvalidInput.class);
    }

    private Path copy(String from, String name) throws IOException {
        Path copy = Files.copy(Path.of(from), home.resolve(name));
        Files.setAttribute(copy, "unix:mode", 0755);
        return copy;
    }

    private SandboxProcessRunnerPolicy policy(Map<String, String> executables) throws IOException {
        return new SandboxProcessRunnerPolicy(
                new ExecutableStore(Platform.current(), executables, home.resolve("copies")),
                new InterpreterDenylist(List.of(Path.of("/usr/bin"))),
                Set.of());
    }
}
