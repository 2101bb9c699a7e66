package dev.sallyport.executor.sandbox.windows;

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
import dev.sallyport.executor.sandbox.call.WaitStatus;
import dev.sallyport.executor.sandbox.canary.SystemCanary;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.statements.vocabulary.Tier;
import java.lang.foreign.StructLayout;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.OS;

/** What would be run on Windows, looked at as data; on Windows, the real thing. */
class WindowsLaunchTest {
    private static final String ROOT = "C:\\Windows";

    private static SandboxPlan plan(boolean confined, NetworkPlan network, String... arguments) {
        return new SandboxPlan(
                Path.of("/programs/tool.exe"),
                Path.of("/node/executables/5f2c"),
                List.of(arguments),
                Path.of("/node/workspaces/a"),
                SandboxPlan.WORKSPACE + "/sub/deep",
                confined,
                Map.of("NAME", "value"),
                network,
                SandboxLimits.DEFAULT);
    }

    @Test
    void launchHasTheContainerOfItsWorkspace() {
        WindowsLaunch launch = WindowsLaunch.of(plan(false, NetworkPlan.NONE, "-l", "a b", "x.txt"), ROOT);

        assertThat(launch.commandLine()).isEqualTo("\"/node/executables/5f2c\" -l \"a b\" x.txt");
        assertThat(launch.folder()).isEqualTo("/node/workspaces/a\\sub\\deep");
        assertThat(launch.container()).matches("sallyport\\.[0-9a-f]{40}\\.w");
        assertThat(launch.environment())
                .isEqualTo("NAME=value\0PATH=C:\\Windows\\System32\0PATHEXT=.EXE\0SystemRoot=C:\\Windows\0"
                        + "TEMP=/node/workspaces/a\0TMP=/node/workspaces/a\0USERPROFILE=/node/workspaces/a\0\0");
    }

    /** Names of containers are at most 64 characters long, and Windows tells folders' names apart by no case. */
    @Test
    void containersAreThoseOfOneWorkspaceAndOneRight() {
        String one = WindowsLaunch.container("C:\\Node\\workspaces\\A", false);
        assertThat(one)
                .hasSizeLessThanOrEqualTo(64)
                .isEqualTo(WindowsLaunch.container("c:\\node\\workspaces\\a", false));
        assertThat(WindowsLaunch.container("C:\\Node\\workspaces\\A", true)).isNotEqualTo(one);
        assertThat(WindowsLaunch.container("C:\\Node\\workspaces\\B", false)).isNotEqualTo(one);
    }

    @Test
    void whatWindowsAloneTakesForAWayOutIsRefusedEarly() {
        for (String out : List.of(
                "C:\\x",
                "c:x",
                "\\\\server\\share",
                "\\Windows",
                "..\\x",
                "a\\..\\..\\x",
                "--out=C:\\x",
                "--out=\\\\?\\C:\\x",
                "f.txt::$DATA",
                "a;D:\\x",
                "/workspace/x")) {
            assertThatThrownBy(() -> WindowsLaunch.of(plan(false, NetworkPlan.NONE, out), ROOT))
                    .as(out)
                    .isInstanceOf(InvalidInput.class);
        }
        WindowsLaunch.of(plan(false, NetworkPlan.NONE, "sub\\x.txt", "https://example.com/a", "ab:cd", "x..y"), ROOT);
    }

    @Test
    void anyNetworkIsRefused() {
        assertThatThrownBy(() -> WindowsLaunch.of(plan(false, NetworkPlan.OPEN), ROOT))
                .isInstanceOf(EgressDenied.class);
    }

    /** The program gets the words that the plan had, by the rules that it takes its command line apart with. */
    @Test
    void everyWordComesThroughTheCommandLine() {
        Random random = new Random(20260112);
        String alphabet = "\\\\\\\"\" \ta&|<>^%é";
        for (int round = 0; round < 20_000; round++) {
            List<String> words = new ArrayList<>();
            for (int count = random.nextInt(4); count > 0; count--) {
                StringBuilder word = new StringBuilder();
                for (int length = random.nextInt(8); length > 0; length--) {
                    word.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                words.add(word.toString());
            }
            String line = CommandLine.of("C:\\a b\\x.exe", words);
            assertThat(split(line.substring("\"C:\\a b\\x.exe\"".length()))).isEqualTo(words);
        }
    }

    /** As the C runtime documents it: 2n backslashes and a mark are n and the mark's meaning, 2n+1 are n and a mark. */
    private static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
                at++;
            }
            if (at == line.length()) {
                break;
            }
            StringBuilder word = new StringBuilder();
            boolean quoted = false;
            for (; at < line.length(); at++) {
                int backslashes = 0;
                while (at < line.length() && line.charAt(at) == '\\') {
                    backslashes++;
                    at++;
                }
                if (at < line.length() && line.charAt(at) == '"') {
                    word.repeat('\\', backslashes / 2);
                    if (backslashes % 2 == 1) {
                        word.append('"');
                    } else {
                        quoted = !quoted;
                    }
                    continue;
                }
                word.repeat('\\', backslashes);
                if (at == line.length() || (!quoted && (line.charAt(at) == ' ' || line.charAt(at) == '\t'))) {
                    break;
                }
                word.append(line.charAt(at));
            }
            words.add(word.toString());
        }
        return words;
    }

    @Test
    void commandLineThatWindowsDoesNotTakeIsRefused() {
        CommandLine.of("x.exe", List.of("a".repeat(32_000)));
        assertThatThrownBy(() -> CommandLine.of("x.exe", List.of("a".repeat(33_000))))
                .isInstanceOf(InvalidInput.class);
    }

    @Test
    void emptyEnvironmentIsTwoNuls() {
        assertThat(CommandLine.environment(Map.of())).isEqualTo("\0\0");
    }

    /** Sizes and offsets on 64-bit Windows, as its compilers lay the headers' structures out. */
    @Test
    void structuresAreThoseOfTheHeaders() {
        assertLayout(
                Structs.BASIC_LIMITS,
                64,
                Map.of(
                        "LimitFlags",
                        16L,
                        "MinimumWorkingSetSize",
                        24L,
                        "ActiveProcessLimit",
                        40L,
                        "Affinity",
                        48L,
                        "PriorityClass",
                        56L,
                        "SchedulingClass",
                        60L));
        assertLayout(Structs.IO_COUNTERS, 48, Map.of("OtherTransferCount", 40L));
        assertLayout(
                Structs.EXTENDED_LIMITS,
                144,
                Map.of(
                        "IoInfo",
                        64L,
                        "ProcessMemoryLimit",
                        112L,
                        "JobMemoryLimit",
                        120L,
                        "PeakProcessMemoryUsed",
                        128L,
                        "PeakJobMemoryUsed",
                        136L));
        assertLayout(
                Structs.ACCOUNTING,
                48,
                Map.of(
                        "TotalKernelTime",
                        8L,
                        "TotalPageFaultCount",
                        32L,
                        "ActiveProcesses",
                        40L,
                        "TotalTerminatedProcesses",
                        44L));
        assertLayout(Structs.SECURITY_ATTRIBUTES, 24, Map.of("lpSecurityDescriptor", 8L, "bInheritHandle", 16L));
        assertLayout(Structs.SECURITY_CAPABILITIES, 24, Map.of("Capabilities", 8L, "CapabilityCount", 16L));
        assertLayout(
                Structs.STARTUP,
                112,
                Map.of(
                        "lpReserved",
                        8L,
                        "dwX",
                        32L,
                        "dwFlags",
                        60L,
                        "wShowWindow",
                        64L,
                        "lpReserved2",
                        72L,
                        "hStdInput",
                        80L,
                        "hStdError",
                        96L,
                        "lpAttributeList",
                        104L));
        assertLayout(Structs.PROCESS, 24, Map.of("hThread", 8L, "dwProcessId", 16L, "dwThreadId", 20L));
        assertLayout(
                Structs.EXPLICIT_ACCESS,
                48,
                Map.of(
                        "grfInheritance",
                        8L,
                        "pMultipleTrustee",
                        16L,
                        "MultipleTrusteeOperation",
                        24L,
                        "TrusteeForm",
                        28L,
                        "TrusteeType",
                        32L,
                        "ptstrName",
                        40L));
    }

    private static void assertLayout(StructLayout layout, long size, Map<String, Long> offsets) {
        assertThat(layout.byteSize()).isEqualTo(size);
        offsets.forEach((field, offset) ->
                assertThat(Structs.offset(layout, field)).as(field).isEqualTo(offset));
    }

    @Test
    void statusBeyondWhatARecordTakesIsToldAsItsLargest() {
        assertThat(LaunchedProgram.status(0)).isEqualTo(new WaitStatus.Exited(0));
        assertThat(LaunchedProgram.status(255)).isEqualTo(new WaitStatus.Exited(255));
        assertThat(LaunchedProgram.status(0xC0000005)).isEqualTo(new WaitStatus.Exited(255));
        assertThat(LaunchedProgram.status(1816)).isEqualTo(new WaitStatus.CpuLimit());
    }

    @Test
    void eachPromiseHasOneCanaryAndTheFirstJustRuns() {
        List<SystemCanary> canaries = WindowsSandboxHost.canaries(
                Path.of("/System32"), new SystemCanary.Targets(Path.of("/s"), Path.of("/o"), 1234));
        assertThat(canaries).extracting(SystemCanary::promise).doesNotHaveDuplicates();
        assertThat(canaries.getFirst().end()).isEqualTo(SystemCanary.End.WORKS);
        assertThat(canaries).extracting(SystemCanary::end).contains(SystemCanary.End.values());
    }

    /** On Windows the real sandbox; there is none of it elsewhere. */
    @TestFactory
    @Tag("windows")
    Stream<DynamicTest> appContainerHoldsEveryPromise() {
        return !OS.WINDOWS.isCurrentOs()
                ? Stream.empty()
                : Stream.of(DynamicTest.dynamicTest("app container", WindowsLaunchTest::everyPromise));
    }

    private static void everyPromise() throws Exception {
        Platform platform = Platform.current();
        Path state = TestFolder.named("app-container").toRealPath();
        try (Doctor doctor = new Doctor(
                new WindowsSandboxHost(state, platform, Clock.systemUTC()),
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
