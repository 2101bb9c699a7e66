package dev.sallyport.executor.sandbox.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
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

/** The words between node and launcher, and the launcher's reading of them under the compiler's sanitizers. */
class LauncherTest {
    private static final Path SOURCE = Path.of("src/main/c/launch.c");

    @TempDir
    private static Path folder;

    private static LaunchRequest request(@Nullable ToolUser user, List<String> arguments) {
        return new LaunchRequest(
                user,
                false,
                true,
                Path.of("/work"),
                Path.of("/usr/bin/true"),
                arguments,
                Map.of("B", "2", "A", "1"),
                List.of(Limit.of(Limit.CORE, 0), new Limit(Limit.CPU, 1, 2)),
                new LandlockRuleset(0x1fff, 0, 0, List.of(new LandlockRuleset.Rule(Path.of("/usr"), 13, true))),
                new byte[] {6, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f},
                List.of());
    }

    @Test
    void requestIsTheseBytes() {
        String expected = """
                01000000 04000000 00000000 00000000
                02000000
                04000000 0000000000000000 0000000000000000
                00000000 0100000000000000 0200000000000000
                06000000 2f776f726b00
                0e000000 2f7573722f62696e2f7472756500
                02000000 02000000 7400 01000000 00
                02000000 04000000 413d3100 04000000 423d3200
                ff1f000000000000 0000000000000000 0000000000000000
                01000000 0d00000000000000 01000000 05000000 2f75737200
                01000000 060000000000ff7f
                00000000
                """;

        assertThat(HexFormat.of().formatHex(request(null, List.of("t", "")).bytes()))
                .isEqualTo(expected.replaceAll("\\s", ""));
    }

    @Test
    void whatCannotBeHandedOverIsRefused() {
        assertThat(request(null, List.of("t", "x".repeat(100_000))).bytes()).hasSizeGreaterThan(100_000);
        assertThatThrownBy(() ->
                        request(null, List.of("t", "x".repeat(1 << 20))).bytes())
                .isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> request(null, List.of("t", "a\0b")).bytes()).isInstanceOf(InvalidInput.class);
    }

    /** Requests of the node, and the same with every kind of damage: read without a fault, and told apart. */
    @Test
    void everyRequestIsReadWithoutAFault() throws Exception {
        Path reader = compiled("reader", "-DPARSE_ONLY");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> whole = List.of(
                request(null, List.of("t")).bytes(),
                request(new ToolUser(7, 7), List.of("t", "", "ü", "x".repeat(5000)))
                        .bytes(),
                real(new LandlockAbi(7)).bytes(),
                LaunchRequest.plain(null, true, Path.of("/usr/bin/bwrap"), List.of("bwrap"), List.of(3, 7))
                        .bytes());
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
        assertThat(said.substring(0, whole.size())).as("what the node writes").isEqualTo("1111");
        assertThat(said.substring(whole.size(), damagedFrom))
                .as("cut short, or with more behind it")
                .doesNotContain("1");
    }

    /** Fields that no node writes. */
    @Test
    void requestThatWouldGiveMoreIsNone() throws Exception {
        Path reader = compiled("reader", "-DPARSE_ONLY");
        byte[] good = request(null, List.of("t")).bytes();
        byte[] version = good.clone();
        version[0] = 2;
        byte[] flags = good.clone();
        flags[4] = 16;
        byte[] root = good.clone();
        root[4] = 1;
        byte[] relative = request(null, List.of("t")).bytes();
        relative[new String(relative, StandardCharsets.ISO_8859_1).indexOf("/work")] = 'w';
        byte[] raised = good.clone();
        raised[24] = 1;
        byte[] noRules = request(null, List.of("t")).bytes();
        int at = new String(noRules, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u001f");
        noRules[at] = 0;
        noRules[at + 1] = 0;

        assertThat(run(reader, List.of(good, version, flags, root, relative, raised, noRules)))
                .isEqualTo("1000000");
    }

    /** Whole calls by a launcher that watches its own memory: a fault of its would end the keeper without a word. */
    @Test
    void callsRunUnderTheSanitizers() throws Exception {
        try (Launcher launcher = new Launcher(compiled("sanitized"))) {
            for (int round = 0; round < 3; round++) {
                LaunchedTool tool = launcher.launch(real(launcher.landlock()), false, List.of());
                assertThat(tool.first(Duration.ofSeconds(20))).startsWith("ready ");
                tool.go();
                assertThat(tool.awaitEnd(Duration.ofSeconds(20))).isTrue();
                assertThat(tool.said())
                        .hasSize(3)
                        .satisfies(
                                said -> assertThat(said.get(1)).startsWith("exited 0 "),
                                said -> assertThat(said.getLast()).isEqualTo("empty"));
                assertThat(tool.stderr().readAllBytes()).isEmpty();
            }
        }
    }

    private static LaunchRequest real(LandlockAbi abi) throws IOException {
        Architecture architecture =
                Architecture.named(System.getProperty("os.arch")).orElseThrow();
        Path program = Path.of("/usr/bin/true").toRealPath();
        return new LaunchRequest(
                TestNodeUser.orNull(),
                false,
                false,
                Path.of("/usr"),
                program,
                List.of("true"),
                Map.of(),
                List.of(Limit.of(Limit.CORE, 0)),
                LandlockRuleset.of(abi, program, Path.of("/usr"), true, false),
                SeccompFilter.forTool(architecture, false, false),
                List.of());
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
