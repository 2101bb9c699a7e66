package dev.sallyport.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.embedded.ChildProcess.Launch;
import dev.sallyport.embedded.ChildProcess.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
    @TempDir
    private Path folder;

    @Test
    void aChildDiesWithAKilledParent() throws Exception {
        Process parent = parent("guarded");
        ProcessHandle child = childOf(parent);
        assertThat(child.isAlive()).isTrue();
        parent.destroyForcibly().waitFor();
        child.onExit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void withoutTheGuardAChildWouldOutliveAKilledParent() throws Exception {
        Process parent = parent("plain");
        ProcessHandle child = childOf(parent);
        parent.destroyForcibly().waitFor();
        try {
            assertThat(child.isAlive()).isTrue();
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void nothingOfTheParentsEnvironmentIsInherited() throws Exception {
        ChildProcess child = ChildProcess.start(launch(List.of("/usr/bin/env"), OsUser.current()));
        assertThat(child.exit().get(10, TimeUnit.SECONDS)).isZero();
        assertThat(Files.readAllLines(folder.resolve("log"))).containsExactly("PATH=/usr/bin:/bin");
        assertThat(System.getenv()).hasSizeGreaterThan(1);
    }

    @Test
    void noChildLeavesACoreDump() throws Exception {
        ChildProcess child =
                ChildProcess.start(launch(List.of("/bin/sh", "-c", "ulimit -Sc; ulimit -Hc"), OsUser.current()));
        assertThat(child.exit().get(10, TimeUnit.SECONDS)).isZero();
        assertThat(Files.readAllLines(folder.resolve("log"))).containsExactly("0", "0");
    }

    @Test
    void runsAsAnotherUserOnlyWhenStartedByRoot() throws Exception {
        OsUser nobody = OsUser.named("nobody").orElseThrow();
        ChildProcess child = ChildProcess.start(launch(List.of("/bin/sh", "-c", "id -u; id -G"), nobody));
        int exit = child.exit().get(10, TimeUnit.SECONDS);
        if (OsUser.current().isRoot()) {
            assertThat(exit).isZero();
            assertThat(Files.readAllLines(folder.resolve("log")))
                    .containsExactly(Integer.toString(nobody.uid()), Integer.toString(nobody.gid()));
        } else {
            assertThat(exit).isNotZero();
        }
    }

    @Test
    void stopSendsTheSignalAndKillsWhoDoesNotListen() {
        // Whoever runs the tests in the background may ignore INT, which is inherited.
        List<String> listening =
                List.of("/usr/bin/env", "--default-signal=INT", "/bin/sh", "-c", "echo listening; exec /bin/sleep 600");
        ChildProcess polite = ChildProcess.start(launch(listening, OsUser.current()));
        Waiting.until(
                Duration.ofSeconds(30),
                () -> Files.readString(folder.resolve("log")).contains("listening"),
                () -> new IllegalStateException("not started"));
        polite.stop(Signal.INT, Duration.ofSeconds(10));
        assertThat(polite.exit().join()).isEqualTo(128 + 2);

        ChildProcess deaf = ChildProcess.start(launch(
                List.of("/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"), OsUser.current()));
        Waiting.until(
                Duration.ofSeconds(10),
                () -> Files.readString(folder.resolve("log")).contains("deaf"),
                () -> new IllegalStateException("not started"));
        deaf.stop(Signal.TERM, Duration.ofMillis(300));
        assertThat(deaf.isAlive()).isFalse();
        assertThat(deaf.exit().join()).isEqualTo(128 + 9);
    }

    @Test
    void aFailureEndsWithTheLastLines() {
        ChildProcess child =
                ChildProcess.start(launch(List.of("/bin/sh", "-c", "echo port taken; exit 3"), OsUser.current()));
        assertThat(child.exit().join()).isEqualTo(3);
        assertThat(child.failure(BackendException.Code.ENDED_EARLY, "ended"))
                .hasMessageContaining("child ended")
                .hasMessageEndingWith("  port taken");
    }

    @Test
    void aProgramThatIsNotThereEndsAtOnce() {
        ChildProcess child = ChildProcess.start(launch(List.of("/nowhere/program"), OsUser.current()));
        assertThat(child.exit().join()).isEqualTo(127);
        assertThatThrownBy(() -> ChildProcess.start(new Launch(
                        "child",
                        List.of("/bin/true"),
                        folder.resolve("missing"),
                        Map.of(),
                        folder.resolve("log"),
                        OsUser.current(),
                        Signal.KILL)))
                .isInstanceOf(BackendException.class);
    }

    private Launch launch(List<String> command, OsUser user) {
        return new Launch(
                "child",
                command,
                Path.of("/"),
                Map.of("PATH", "/usr/bin:/bin"),
                folder.resolve("log"),
                user,
                Signal.KILL);
    }

    private Process parent(String kind) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ParentOfOne.class.getName(),
                        kind,
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static ProcessHandle childOf(Process parent) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.US_ASCII));
        return ProcessHandle.of(Long.parseLong(reader.readLine())).orElseThrow();
    }

    /** A JVM of its own that starts one child, prints its id and waits to be killed. */
    static final class ParentOfOne {
        private ParentOfOne() {}

        public static void main(String... arguments) throws Exception {
            Path folder = Path.of(arguments[1]);
            List<String> command = List.of("/bin/sleep", "600");
            long pid = arguments[0].equals("guarded")
                    ? ChildProcess.start(new Launch(
                                    "child",
                                    command,
                                    folder,
                                    Map.of("PATH", "/usr/bin:/bin"),
                                    folder.resolve("log"),
                                    OsUser.current(),
                                    Signal.KILL))
                            .pid()
                    : new ProcessBuilder(command).start().pid();
            System.out.println(pid);
            new CountDownLatch(1).await();
        }
    }
}
