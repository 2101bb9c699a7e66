package dev.sallyport.executor.sandbox.mac;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.doctor.Doctor;
import dev.sallyport.executor.doctor.DoctorReport;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.AttackResult;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure.EgressDenied;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.ToolSecret;
import dev.sallyport.executor.sandbox.call.WaitStatus;
import dev.sallyport.executor.sandbox.canary.SystemCanary;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemoryLayout.PathElement;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.OS;

/** What would be run on macOS, looked at as data; on macOS, the real thing. */
class SeatbeltTest {
    private static final String MARK = "/private/var/empty/sallyport-0123456789abcdef";
    private static final Path IMAGE = Path.of("/private/var/node/executables/5f2c");
    private static final Path WORKSPACE = Path.of("/private/var/node/workspaces/a b\"c\\d");

    private static SandboxPlan plan(boolean confined, NetworkPlan network, List<String> arguments) {
        return new SandboxPlan(
                Path.of("/usr/bin/wc"),
                IMAGE,
                arguments,
                WORKSPACE,
                SandboxPlan.WORKSPACE + "/sub",
                confined,
                Map.of("NAME", "value"),
                network,
                SandboxLimits.DEFAULT);
    }

    private static String golden(String name) throws IOException {
        try (InputStream file = SeatbeltTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), UTF_8);
        }
    }

    @Test
    void profileOfAConfinedProgramReadsItsWorkspaceAndNothingMore() throws Exception {
        assertThat(SeatbeltProfile.of(plan(true, NetworkPlan.NONE, List.of()), List.of(), MARK))
                .isEqualTo(golden("confined.sb"));
    }

    @Test
    void profileOfAnOrdinaryProgramWritesToItsWorkspaceAndStartsOthers() throws Exception {
        assertThat(SeatbeltProfile.of(plan(false, NetworkPlan.NONE, List.of()), List.of(Path.of("/opt/tools")), MARK))
                .isEqualTo(golden("writing.sb"));
    }

    @Test
    void profileWithAnOpenNetworkDiffersInThatAlone() throws Exception {
        String without = SeatbeltProfile.of(plan(false, NetworkPlan.NONE, List.of()), List.of(), MARK);
        String with = SeatbeltProfile.of(plan(false, NetworkPlan.OPEN, List.of()), List.of(), MARK);

        assertThat(without).contains("(deny network*)\n");
        assertThat(with.replace(golden("network.sb"), "(deny network*)\n")).isEqualTo(without);
    }

    @Test
    void egressToNamedHostsIsRefused() {
        NetworkPlan proxied =
                new NetworkPlan.Proxied(List.of("example.com"), Path.of("/private/var/node/egress/x"), null);
        assertThatThrownBy(() -> SeatbeltProfile.of(plan(false, proxied, List.of()), List.of(), MARK))
                .isInstanceOf(EgressDenied.class);
    }

    /** Whatever a path is, the profile has exactly that one string for it, and as many parentheses as without it. */
    @Test
    void noPathEndsItsString() {
        Random random = new Random(20260112);
        String alphabet = "\"\\()[]; \n\t\0#|'aé\uD83D\uDE00*{}";
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder path = new StringBuilder("/");
            for (int length = random.nextInt(12); length > 0; length--) {
                path.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String text = path.toString();
            if (text.chars().anyMatch(Character::isISOControl)) {
                refused++;
                assertThatThrownBy(() -> SeatbeltProfile.quoted(text)).isInstanceOf(SandboxUnavailable.class);
            } else {
                assertThat(read(SeatbeltProfile.quoted(text))).isEqualTo(text);
            }
        }
        assertThat(refused).isBetween(1, 19_999);
    }

    /** A string as Scheme reads it; fails if anything is left behind its end. */
    private static String read(String quoted) {
        StringBuilder read = new StringBuilder();
        assertThat(quoted).startsWith("\"");
        int at = 1;
        for (; quoted.charAt(at) != '"'; at++) {
            if (quoted.charAt(at) == '\\') {
                at++;
            }
            read.append(quoted.charAt(at));
        }
        assertThat(at).isEqualTo(quoted.length() - 1);
        return read.toString();
    }

    @Test
    void limitsComeFirstThenTheProfileThenTheProgram() {
        SeatbeltLaunch launch =
                SeatbeltLaunch.of(plan(true, NetworkPlan.NONE, List.of("-l", "$(id)", "a'b")), List.of(), MARK);

        assertThat(launch.command())
                .containsExactly(
                        "/bin/bash",
                        "-p",
                        "-c",
                        SeatbeltLaunch.SCRIPT,
                        "sallyport",
                        "20",
                        "65536",
                        "256",
                        "576",
                        "/usr/bin/sandbox-exec",
                        "-p",
                        launch.profile(),
                        IMAGE.toString(),
                        "-l",
                        "$(id)",
                        "a'b");
        assertThat(launch.folder()).isEqualTo(WORKSPACE.resolve("sub"));
        assertThat(launch.environment())
                .containsOnlyKeys("PATH", "LANG", "LC_ALL", "HOME", "NAME")
                .containsEntry("HOME", "/var/empty");
    }

    /** The script is run by the same shell: with limits on its right side and only after the word to go. */
    @Test
    void scriptWaitsForItsWordAndHandsEveryArgumentOnAsItIs() throws Exception {
        List<String> command = List.of(
                "/bin/bash",
                "-p",
                "-c",
                "exec 3<<E\n" + "%s\nE\n" + SeatbeltLaunch.SCRIPT,
                "sallyport",
                "7",
                "64",
                "32",
                "4000",
                "/bin/sh",
                "-c",
                "ulimit -t; ulimit -n; printf '%s.' \"$@\"; (: <&3) 2>/dev/null && echo open",
                "x",
                "a b",
                "$(id)",
                "");
        assertThat(output(command, "go")).isEqualTo("7\n32\na b.$(id)..");
        assertThat(output(command, "no")).isEmpty();
        assertThat(output(command, "")).isEmpty();
    }

    private static String output(List<String> command, String word) throws Exception {
        List<String> all = command.stream()
                .map(each -> each.startsWith("exec 3<<E") ? each.replaceFirst("%s", word) : each)
                .toList();
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void workspaceByTheNameThatLinuxShowsIsRefused() {
        assertThatThrownBy(() ->
                        SeatbeltLaunch.of(plan(false, NetworkPlan.NONE, List.of("--to=/workspace/x")), List.of(), MARK))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("/workspace");
        SeatbeltLaunch.of(plan(false, NetworkPlan.NONE, List.of("--to=sub/x")), List.of(), MARK);
    }

    @Test
    void secretThatWouldBeReadIsRefused() {
        SandboxPlan plain = plan(false, NetworkPlan.NONE, List.of());
        SandboxPlan secret = new SandboxPlan(
                plain.executable(),
                plain.image(),
                plain.arguments(),
                plain.workspace(),
                plain.folder(),
                plain.confined(),
                plain.environment(),
                plain.network(),
                plain.limits(),
                List.of(ToolSecret.pipe(ToolSecret.FIRST, new byte[] {1})),
                plain.redaction());
        assertThatThrownBy(() -> SeatbeltLaunch.of(secret, List.of(), MARK)).isInstanceOf(InvalidInput.class);
    }

    @Test
    void statusIsReadAsWaitHasIt() {
        assertThat(SeatbeltProcesses.status(0)).isEqualTo(new WaitStatus.Exited(0));
        assertThat(SeatbeltProcesses.status(7 << 8)).isEqualTo(new WaitStatus.Exited(7));
        assertThat(SeatbeltProcesses.status(11)).isEqualTo(new WaitStatus.Signalled(11));
        assertThat(SeatbeltProcesses.status(24)).isEqualTo(new WaitStatus.CpuLimit());
        assertThat(SeatbeltProcesses.status(25)).isEqualTo(new WaitStatus.FileLimit());
        assertThat(SeatbeltProcesses.status(126 << 8)).isInstanceOf(WaitStatus.NotStarted.class);
    }

    /** Offsets of sys/resource.h; the flags are those of spawn.h. */
    @Test
    void structuresAreThoseOfTheHeaders() {
        assertThat(MacLibrary.RUSAGE.byteSize()).isEqualTo(96);
        assertThat(MacLibrary.RUSAGE.byteOffset(PathElement.groupElement("ri_user_time")))
                .isEqualTo(16);
        assertThat(MacLibrary.RUSAGE.byteOffset(PathElement.groupElement("ri_phys_footprint")))
                .isEqualTo(72);
        assertThat(MacLibrary.SPAWN_FLAGS).isEqualTo((short) 0x440C);
    }

    @Test
    void eachPromiseHasOneCanaryAndTheFirstJustRuns() {
        List<SystemCanary> canaries =
                MacSandboxHost.canaries(new SystemCanary.Targets(Path.of("/private/s"), Path.of("/private/o"), 1234));
        assertThat(canaries).extracting(SystemCanary::promise).doesNotHaveDuplicates();
        assertThat(canaries.getFirst().end()).isEqualTo(SystemCanary.End.WORKS);
        assertThat(canaries).extracting(SystemCanary::end).contains(SystemCanary.End.values());
    }

    /** On macOS the real sandbox; there is none of it elsewhere. */
    @TestFactory
    @Tag("macos")
    Stream<DynamicTest> seatbeltHoldsEveryPromise() {
        return !OS.MAC.isCurrentOs()
                ? Stream.empty()
                : Stream.of(DynamicTest.dynamicTest("seatbelt", SeatbeltTest::everyPromise));
    }

    private static void everyPromise() throws Exception {
        Platform platform = Platform.current();
        Path state = TestFolder.named("seatbelt").toRealPath();
        try (Doctor doctor = new Doctor(
                new MacSandboxHost(state, platform, Clock.systemUTC(), List.of()),
                new Workspaces(platform, state.resolve("workspaces"), null),
                platform)) {
            DoctorReport report = doctor.examine();
            assertThat(report.offers(Tier.C)).as(report.toString()).isTrue();
            assertThat(doctor.attack().get(Tier.C))
                    .isNotEmpty()
                    .allMatch(AttackResult::control)
                    .allMatch(AttackResult::holds);
        }
    }
}
