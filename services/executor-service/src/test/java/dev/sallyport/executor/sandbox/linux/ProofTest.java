package dev.sallyport.executor.sandbox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sandbox that lacks one thing is refused before the tool runs, and what is in force is read, not assumed. */
class ProofTest {
    private static final String LEAVE_A_MARK = "open(my $f, '>', '/workspace/ran') or die; print 'ran'";

    private SandboxBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new SandboxBench();
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void everythingPromisedIsObserved() throws Exception {
        SandboxResult result = bench.perl("print 1");

        assertThat(result.facts())
                .filteredOn(fact -> fact.state() == State.ENFORCED)
                .extracting(Fact::name)
                .contains(
                        "no_new_privs",
                        "capabilities",
                        "seccomp",
                        "namespaces",
                        "mounts",
                        "descriptors",
                        "tool_uid",
                        "egress",
                        "processes",
                        "open_files",
                        "file_size",
                        "core_size",
                        "kill");
        assertThat(result.facts()).noneMatch(fact -> fact.state() == State.UNSUPPORTED);
        assertThat(result.facts())
                .filteredOn(fact -> fact.name().equals("open_files"))
                .extracting(Fact::value)
                .containsExactly("rlimit " + SandboxBench.LIMITS.openFiles());
    }

    /** sed expressions that take something out of bubblewrap's arguments, one to a line. */
    @ParameterizedTest
    @CsvSource({
        "'/^--seccomp$/,+1d',seccomp",
        "'/^--unshare-net$/d',namespaces",
        "'/^--unshare-ipc$/d',namespaces",
        "'/^--unshare-uts$/d;/^--hostname$/,+1d',namespaces",
        "'/^--unshare-cgroup$/d',namespaces",
        "'s/^--ro-bind$/--bind/',mounts",
        "'s#^--remount-ro$#--dir#',mounts",
        "'1i--ro-bind\\n/var\\n/var',mounts",
        "'s#^/.*/workspace$#/tmp#',mounts",
        "'/^--ro-bind$/{n;n;s#^/usr$#/var#}',mounts",
    })
    void sandboxThatLacksSomethingIsRefusedBeforeTheToolRuns(String edit, String missing) throws Exception {
        LinuxHost host = bench.host;
        BubblewrapSandbox whole = bench.sandbox(withBwrap("s/^no such line$//"));
        BubblewrapSandbox broken = bench.sandbox(withBwrap(edit));
        var plan = bench.plan(SandboxBench.LIMITS, SandboxBench.PERL, "-e", LEAVE_A_MARK);

        assertThatThrownBy(() -> broken.start(plan, null))
                .isInstanceOf(SandboxUnavailable.class)
                .hasMessageContaining("Not in force: " + missing);
        assertThat(bench.workspace.resolve("ran")).doesNotExist();

        assertThat(whole.start(plan, null).await().exitStatus()).as("control").isZero();
        assertThat(bench.workspace.resolve("ran")).exists();
        assertThat(host.bwrap()).isEqualTo(Path.of("/usr/bin/bwrap"));
    }

    @Test
    void nothingStaysOfACallWhoseStartWasInterrupted() throws Exception {
        var plan = bench.plan(SandboxBench.LIMITS, SandboxBench.PERL, "-e", "sleep 60");
        BubblewrapSandbox sandbox = bench.sandbox(bench.host);

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> sandbox.start(plan, null)).isInstanceOf(InterruptedException.class);

        Awaitility.await()
                .untilAsserted(() -> assertThat(ProcessHandle.current().descendants())
                        .noneMatch(process -> process.info().command().equals(Optional.of("/usr/bin/bwrap"))));
        assertThat(sandbox.start(bench.plan(SandboxBench.LIMITS, SandboxBench.PERL, "-e", "exit 0"), null)
                        .await()
                        .exitStatus())
                .as("control")
                .isZero();
    }

    /** A stand-in names a stand-in names a process with a number that /proc does not have. */
    @Test
    void nothingStaysOfACallThatCouldNotBeProven() throws Exception {
        Path lying = Files.writeString(
                bench.base.resolve("lying"),
                "#!/bin/sh\necho '{ \"child-pid\": 999999999999999999 }' >&8\necho ready 1 0 >&3\nread answer\n");
        Files.setPosixFilePermissions(lying, PosixFilePermissions.fromString("rwxr-xr-x"));
        var plan = bench.plan(SandboxBench.LIMITS, SandboxBench.PERL, "-e", LEAVE_A_MARK);

        assertThatThrownBy(() -> bench.sandbox(with(lying)).start(plan, null)).isInstanceOf(SandboxUnavailable.class);

        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(SandboxBench.processesWith(lying.toString())).isEmpty());
    }

    /** A filter that allows everything is in mode 2 as well. */
    @Test
    void filterThatRefusesNothingIsNotOne() throws Exception {
        Path allow = Files.write(bench.base.resolve("allow.bpf"), new byte[] {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f});
        Files.setPosixFilePermissions(allow, PosixFilePermissions.fromString("r--r--r--"));
        Path script = Files.writeString(
                bench.base.resolve("allowing"), "#!/bin/sh\nexec 9<" + allow + "\nexec /usr/bin/bwrap \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        var plan = bench.plan(SandboxBench.LIMITS, SandboxBench.PERL, "-e", LEAVE_A_MARK);

        assertThatThrownBy(() -> bench.sandbox(with(script)).start(plan, null))
                .isInstanceOf(SandboxUnavailable.class)
                .hasMessageContaining("Not in force: seccomp");
        assertThat(bench.workspace.resolve("ran")).doesNotExist();
    }

    @Test
    void failedSetUpNamesCauseAndFix() throws Exception {
        Path refusing = Files.writeString(
                bench.base.resolve("refusing"),
                "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n");
        Files.setPosixFilePermissions(refusing, PosixFilePermissions.fromString("rwxr-xr-x"));
        var plan = bench.plan(SandboxBench.LIMITS, SandboxBench.PERL, "-e", LEAVE_A_MARK);

        assertThatThrownBy(() -> bench.sandbox(with(refusing)).start(plan, null))
                .isInstanceOfSatisfying(SandboxUnavailable.class, failure -> {
                    assertThat(failure.code().name()).isEqualTo("SANDBOX_UNAVAILABLE");
                    assertThat(failure.why()).contains("uid map");
                    assertThat(failure.fix()).contains("AppArmor");
                });
        assertThat(bench.workspace.resolve("ran")).doesNotExist();
    }

    @Test
    void setuidAndMissingBubblewrapAreRefused() throws Exception {
        Path copy = Files.copy(Path.of("/usr/bin/bwrap"), bench.base.resolve("bwrap"));
        Files.setAttribute(copy, "unix:mode", 0104755);

        assertThatThrownBy(() -> HostInspection.of(copy, bench.base.resolve("etc2"), bench.user, List.of()))
                .isInstanceOf(SandboxUnavailable.class)
                .hasMessageContaining("setuid")
                .hasMessageContaining("chmod u-s");
        assertThatThrownBy(() -> HostInspection.of(
                        bench.base.resolve("none"), bench.base.resolve("etc3"), bench.user, List.of()))
                .isInstanceOf(SandboxUnavailable.class)
                .hasMessageContaining("apt-get install bubblewrap");
    }

    @Test
    void toolsNeverRunAsRoot() throws Exception {
        assertThatThrownBy(() -> new ToolUser(0, 1)).isInstanceOf(IllegalArgumentException.class);
        if (HostInspection.ownUid() == 0) {
            assertThatThrownBy(() ->
                            HostInspection.of(Path.of("/usr/bin/bwrap"), bench.base.resolve("etc2"), null, List.of()))
                    .isInstanceOf(SandboxUnavailable.class)
                    .hasMessageContaining("uid 0");
        } else {
            assertThat(HostInspection.of(Path.of("/usr/bin/bwrap"), bench.base.resolve("etc2"), null, List.of())
                            .toolUser())
                    .isNull();
        }
    }

    /** A bubblewrap whose arguments are edited on their way. */
    private LinuxHost withBwrap(String edit) throws IOException {
        Path script = Files.writeString(Files.createTempFile(bench.base, "edited", ".sh"), """
                #!/bin/sh
                shift 2
                tr '\\0' '\\n' <&7 | sed '%s' | tr '\\n' '\\0' | {
                  exec 7<&0 0</dev/null
                  exec /usr/bin/bwrap --args 7 "$@"
                }
                """.formatted(edit));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return with(script);
    }

    private LinuxHost with(Path bwrap) {
        LinuxHost host = bench.host;
        return new LinuxHost(
                host.architecture(),
                bwrap,
                host.programs(),
                host.etc(),
                host.links(),
                host.directories(),
                host.toolUser());
    }
}
