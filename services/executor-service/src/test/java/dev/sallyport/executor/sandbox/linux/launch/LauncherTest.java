package dev.sallyport.executor.sandbox.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolSecret;
import dev.sallyport.executor.sandbox.landlock.LandlockAbi;
import dev.sallyport.executor.sandbox.landlock.LandlockRuleset;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest.Limit;
import dev.sallyport.executor.sandbox.seccomp.Architecture;
import dev.sallyport.executor.sandbox.seccomp.SeccompFilter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words between node and launcher, and the launcher's reading of them under the compiler's sanitizers. */
class LauncherTest {
    private static final Path SOURCE = Path.of("src/main/c/launch.c");

    @TempDir
    private static Path folder;

    private static LaunchRequest.Restricted request(@Nullable ToolUser user) {
        return new LaunchRequest.Restricted(
                user,
                false,
                true,
                Path.of("/work"),
                Path.of("/usr/bin/true"),
                List.of(Limit.of(Limit.CORE, 0), new Limit(Limit.CPU, 1, 2)),
                new LandlockRuleset(0x1fff, 0, 0, List.of(new LandlockRuleset.Rule(Path.of("/usr"), 13, true))),
                new byte[] {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f});
    }

    private static LaunchCommand command(String... arguments) {
        return new LaunchCommand(true, "/work", List.of(arguments), Map.of("B", "2", "A", "1"));
    }

    private static GateRequest gate(boolean confined) {
        return new GateRequest(
                confined,
                Path.of("/usr/bin/true"),
                List.of(Limit.of(Limit.OPEN_FILES, 64)),
                1000,
                List.of("/dev", "/dev/shm"));
    }

    @Test
    void requestIsTheseBytes() {
        String expected = """
                03000000 04000000 00000000 00000000
                02000000
                04000000 0000000000000000 0000000000000000
                00000000 0100000000000000 0200000000000000
                06000000 2f776f726b00
                0e000000 2f7573722f62696e2f7472756500
                ff1f000000000000 0000000000000000 0000000000000000
                01000000 0d00000000000000 01000000 05000000 2f75737200
                01000000 060000000000ff7f
                00000000
                0000000000000000 00000000
                """;
        assertThat(HexFormat.of().formatHex(request(null).bytes())).isEqualTo(expected.replaceAll("\\s", ""));
    }

    /** The socket to the gate comes first, then the pipes, then the files in memory; the command is at its end. */
    @Test
    void requestForBubblewrapIsTheseBytes() {
        String expected = """
                03000000 13000000 07000000 08000000
                00000000 02000000 2f00 0f000000 2f7573722f62696e2f627772617000
                0000000000000000 0000000000000000 0000000000000000 00000000 00000000
                05000000 03000000 04000000 05000000 06000000 07000000
                0000000000000000 00000000
                00000000 02000000 2f00 01000000 02000000 6200 00000000 00000000
                """;
        assertThat(HexFormat.of()
                        .formatHex(new LaunchRequest.Plain(
                                        new ToolUser(7, 8),
                                        true,
                                        Path.of("/usr/bin/bwrap"),
                                        List.of("b"),
                                        List.of(new LaunchRequest.MemoryFile(7, new byte[0])))
                                .bytes()))
                .isEqualTo(expected.replaceAll("\\s", ""));
    }

    @Test
    void commandIsTheseBytes() {
        String expected = """
                01000000 06000000 2f776f726b00
                02000000 02000000 7400 01000000 00
                02000000 04000000 413d3100 04000000 423d3200
                00000000
                """;
        assertThat(HexFormat.of().formatHex(command("t", "").bytes())).isEqualTo(expected.replaceAll("\\s", ""));
    }

    @Test
    void commandWithSecretsIsTheseBytes() {
        String expected = """
                00000000 02000000 2f00 01000000 02000000 7400 00000000
                02000000
                28000000 0b000000 2f6465762f66642f343000 02000000 6869
                00000000 0f000000 2f72756e2f736563726574732f6b00 00000000
                """;
        LaunchCommand command = new LaunchCommand(
                false,
                "/",
                List.of("t"),
                Map.of(),
                List.of(
                        ToolSecret.pipe(ToolSecret.FIRST, "hi".getBytes(StandardCharsets.US_ASCII)),
                        ToolSecret.file("k", new byte[0])));
        assertThat(HexFormat.of().formatHex(command.bytes())).isEqualTo(expected.replaceAll("\\s", ""));
    }

    @Test
    void whatCannotBeHandedOverIsRefused() {
        assertThat(command("t", "x".repeat(100_000)).bytes()).hasSizeGreaterThan(100_000);
        assertThatThrownBy(() -> command("t", "x".repeat(1 << 20)).bytes()).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> command("t", "a\0b").bytes()).isInstanceOf(InvalidInput.class);
    }

    /** Requests of the node, and the same with every kind of damage: read without a fault, and told apart. */
    @Test
    void everyRequestIsReadWithoutAFault() throws Exception {
        Path reader = compiled("reader", "-DPARSE_ONLY");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> whole = List.of(
                request(null).bytes(),
                request(new ToolUser(7, 7)).bytes(),
                real(new LandlockAbi(7)).bytes(),
                new LaunchRequest.Plain(
                                null,
                                true,
                                Path.of("/usr/bin/bwrap"),
                                List.of("bwrap", "--", "gate"),
                                List.of(new LaunchRequest.MemoryFile(7, new byte[0])))
                        .bytes(),
                gate(false).bytes(),
                gate(true).bytes(),
                command("t").bytes(),
                command("t", "", "ü", "x".repeat(5000)).bytes());
        List<byte[]> all = new ArrayList<>(whole);
        for (byte[] each : whole) {
            for (int length = 0; length < Math.min(each.length, 400); length++) {
                all.add(Arrays.copyOf(each, length));
            }
            all.add(Arrays.copyOf(each, each.length + 1));
        }
        int damagedFrom = all.size();
        for (int round = 0; round < 20_000; round++) {
            byte[] each = whole.get(random.nextInt(whole.size())).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(Math.min(each.length, random.nextBoolean() ? 200 : each.length));
                if (random.nextInt(3) == 0 && at + 4 <= each.length) {
                    ByteBuffer.wrap(each).order(ByteOrder.LITTLE_ENDIAN).putInt(at, random.nextInt());
                } else {
                    each[at] = (byte) random.nextInt();
                }
            }
            all.add(random.nextInt(4) == 0 ? Arrays.copyOf(each, random.nextInt(each.length + 8)) : each);
        }

        String said = run(reader, all);

        assertThat(said).as("seed %d", seed).hasSize(all.size());
        assertThat(said.substring(0, whole.size())).as("what the node writes").isEqualTo("11111122");
        assertThat(said.substring(whole.size(), damagedFrom))
                .as("cut short, or with more behind it")
                .doesNotContain("1", "2");
    }

    /** Fields that no node writes. */
    @Test
    void requestThatWouldGiveMoreIsNone() throws Exception {
        Path reader = compiled("reader", "-DPARSE_ONLY");
        byte[] good = request(null).bytes();
        byte[] version = good.clone();
        version[0] = 4;
        byte[] plain = good.clone();
        plain[4] = 16;
        byte[] inside = good.clone();
        inside[4] = 32;
        byte[] unknown = good.clone();
        unknown[4] = (byte) 128;
        byte[] bridged = good.clone();
        bridged[4] = 64;
        byte[] root = good.clone();
        root[4] = 1;
        byte[] relative = good.clone();
        relative[new String(relative, StandardCharsets.ISO_8859_1).indexOf("/work")] = 'w';
        byte[] raised = good.clone();
        raised[24] = 1;
        byte[] noRules = good.clone();
        int at = new String(noRules, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u001f");
        noRules[at] = 0;
        noRules[at + 1] = 0;
        // A gate takes neither a user nor a group, and only a gate has temporary folders.
        byte[] gateOfAUser = gate(false).bytes();
        gateOfAUser[4] = 33;
        gateOfAUser[8] = 1;
        gateOfAUser[12] = 1;
        byte[] noGate = gate(false).bytes();
        noGate[4] = 0;
        byte[] words = command().bytes();

        assertThat(run(
                        reader,
                        List.of(
                                good,
                                version,
                                plain,
                                inside,
                                unknown,
                                bridged,
                                root,
                                relative,
                                raised,
                                noRules,
                                gateOfAUser,
                                noGate,
                                words)))
                .isEqualTo("1000000000000");
    }

    /** Whole calls by a launcher that watches its own memory: a fault of its would end the keeper without a word. */
    @Test
    void callsRunUnderTheSanitizers() throws Exception {
        try (Launcher launcher = new Launcher(compiled("sanitized"))) {
            for (int round = 0; round < 3; round++) {
                LaunchedTool tool = launcher.launch(real(launcher.landlock()), null, List.of());
                assertThat(tool.keeper().first(Duration.ofSeconds(20))).startsWith("ready ");
                tool.go(LaunchCommand.alone("/usr", List.of("true")));
                assertThat(tool.keeper().awaitEnd(Duration.ofSeconds(20))).isTrue();
                assertThat(tool.keeper().said())
                        .hasSize(3)
                        .satisfies(
                                said -> assertThat(said.get(1)).startsWith("exited 0 "),
                                said -> assertThat(said.getLast()).isEqualTo("empty"));
                assertThat(tool.stderr().readAllBytes()).isEmpty();
            }
        }
    }

    /** The first process of a sandbox, a confined one among them: a fault would end it without a word. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gateRunsUnderTheSanitizers(boolean confined) throws Exception {
        Path program = compiled("sanitized");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Launcher launcher = new Launcher(program)) {
            LaunchedTool tool = launcher.launch(inside(program, filter()), gate(confined), List.of());
            assertThat(tool.gate().first(Duration.ofSeconds(20))).isEqualTo("ready 1 0");
            assertThat(tool.gateSocket()).startsWith("socket:[");
            assertThat(tool.waits()).isTrue();
            tool.go(LaunchCommand.alone("/usr", List.of("true")));

            assertThat(tool.keeper().awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(tool.gate().awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(tool.gate().said())
                    .hasSize(3)
                    .satisfies(
                            said -> assertThat(said.get(1)).startsWith("exited 0 "),
                            said -> assertThat(said.getLast()).isEqualTo("empty"));
            assertThat(tool.keeper().said()).last().isEqualTo("empty");
            assertThat(tool.stderr().readAllBytes()).isEmpty();
            tool.close();
        }
    }

    /** Under a filter that lets everything through, in an unfinished sandbox, and with words that are none. */
    @Test
    void gateThatDoesNotHoldNeverOpens() throws Exception {
        Path program = compiled("sanitized");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        byte[] allow = {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f};
        try (Launcher launcher = new Launcher(program)) {
            LaunchedTool unfiltered = launcher.launch(inside(program, allow), gate(false), List.of());
            assertThat(unfiltered.gate().first(Duration.ofSeconds(20))).isEqualTo("failed filter 0");

            LaunchedTool notFirst = launcher.launch(
                    new LaunchRequest.Plain(
                            TestNodeUser.orNull(), false, program, List.of("launch", "gate"), List.of()),
                    gate(false),
                    List.of());
            assertThat(notFirst.gate().first(Duration.ofSeconds(20))).isEqualTo("failed first 0");

            LaunchedTool abandoned = launcher.launch(inside(program, filter()), gate(false), List.of());
            assertThat(abandoned.gate().first(Duration.ofSeconds(20))).startsWith("ready ");
            abandoned.abandon();
            assertThat(abandoned.keeper().awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(abandoned.keeper().said()).last().isEqualTo("empty");
            assertThat(abandoned.waits()).isFalse();

            LaunchedTool nowhere = launcher.launch(inside(program, filter()), gate(false), List.of());
            assertThat(nowhere.gate().first(Duration.ofSeconds(20))).startsWith("ready ");
            nowhere.go(LaunchCommand.alone("/no/such/folder", List.of("true")));
            assertThat(nowhere.gate().awaitEnd(Duration.ofSeconds(20))).isTrue();
            assertThat(nowhere.gate().said().get(1)).isEqualTo("failed folder 2");
        }
    }

    private static LaunchRequest.Plain inside(Path program, byte[] filter) throws IOException {
        return new LaunchRequest.Plain(
                TestNodeUser.orNull(),
                false,
                Path.of("/usr/bin/bwrap"),
                List.of(
                        "bwrap",
                        "--unshare-user",
                        "--unshare-pid",
                        "--as-pid-1",
                        "--die-with-parent",
                        "--ro-bind",
                        "/",
                        "/",
                        "--proc",
                        "/proc",
                        "--dev",
                        "/dev",
                        "--seccomp",
                        "9",
                        program.toString(),
                        "gate"),
                List.of(new LaunchRequest.MemoryFile(9, filter)));
    }

    private static LaunchRequest.Restricted real(LandlockAbi abi) throws IOException {
        Path program = Path.of("/usr/bin/true").toRealPath();
        return new LaunchRequest.Restricted(
                TestNodeUser.orNull(),
                false,
                false,
                Path.of("/usr"),
                program,
                List.of(Limit.of(Limit.CORE, 0)),
                LandlockRuleset.of(abi, program, Path.of("/usr"), List.of(), true, false),
                filter());
    }

    private static byte[] filter() {
        return SeccompFilter.forTool(
                Architecture.named(System.getProperty("os.arch")).orElseThrow(), false, false);
    }

    private static Path compiled(String name, String... more) throws Exception {
        Path program = folder.resolve(name);
        if (Files.exists(program)) {
            return program;
        }
        List<String> command = new ArrayList<>(List.of(
                "cc",
                "-std=c11",
                "-O1",
                "-g",
                "-Wall",
                "-Wextra",
                "-Wshadow",
                "-Wstrict-prototypes",
                "-Werror",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all",
                "-o",
                program.toString(),
                SOURCE.toAbsolutePath().toString()));
        command.addAll(List.of(more));
        Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(compiler.waitFor())
                .as("cc with sanitizers (Debian and Ubuntu: apt-get install gcc libc6-dev): %s", said)
                .isZero();
        return program;
    }

    private static String run(Path reader, List<byte[]> requests) throws Exception {
        Process process = new ProcessBuilder(reader.toString())
                .redirectError(ProcessBuilder.Redirect.to(folder.resolve("said").toFile()))
                .start();
        Thread.ofPlatform().start(() -> {
            try (OutputStream out = process.getOutputStream()) {
                for (byte[] each : requests) {
                    out.write(ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(each.length)
                            .array());
                    out.write(each);
                }
            } catch (IOException _) {
                // It ended early, which shows in what it answered.
            }
        });
        String answers = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("said")))
                .isZero();
        return answers;
    }
}
