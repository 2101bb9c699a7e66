package dev.sallyport.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.SampleFleet;
import dev.sallyport.cli.verify.SampleBundle;
import dev.sallyport.statements.predicate.Decision.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The jar in a folder with nothing else of Sallyport, without any environment. */
class CarriedAloneTest {
    private static final Path BUILT = Path.of(System.getProperty("verifier.jar", ""));

    @TempDir
    private static Path folder;

    private static SampleFleet fleet;
    private static SampleFleet foreign;

    @BeforeAll
    static void carryItSomewhere(@TempDir Path elsewhere) throws IOException {
        fleet = new SampleFleet(elsewhere.resolve("fleet"));
        foreign = new SampleFleet(elsewhere.resolve("foreign"));
        Files.copy(BUILT, folder.resolve("sallyport-verify.jar"));
        Files.copy(fleet.trustFile(), folder.resolve("trust.json"));
        Files.copy(foreign.trustFile(), folder.resolve("foreign.json"));
        Files.write(
                folder.resolve("case.sallyport.zip"),
                new SampleBundle(fleet, fleet.call(Outcome.APPROVAL_REQUIRED)).zip());
    }

    @Test
    void aGoodBundleIsProvenAndItsCallIsTold() throws Exception {
        Run run = run("case.sallyport.zip", "--trust", "trust.json");
        assertThat(run.exit()).as(run.out()).isZero();
        assertThat(run.out())
                .contains(
                        "call " + SampleFleet.CALL,
                        "measured by trust.json of fleet " + fleet.fleetId(),
                        "approved (APPROVED) by person:op",
                        "PROVEN: every claim holds.");
    }

    @Test
    void theLogsKeyAloneProvesItTooAndSaysWhatThatLeavesOpen() throws Exception {
        Run run = run("case.sallyport.zip", "--log-key", fleet.trust().logKeys().getFirst(), "--json");
        assertThat(run.exit()).as(run.out()).isZero();
        JsonNode report = JsonMapper.shared().readTree(run.out());
        assertThat(report.path("proven").booleanValue()).isTrue();
        assertThat(report.at("/measured_by/log_keys")).hasSize(1);
        assertThat(run.out()).contains("Pin it with --trust");
    }

    @Test
    void aBundleWithOneOtherByteIsNotProven() throws Exception {
        byte[] flipped = Files.readAllBytes(folder.resolve("case.sallyport.zip"));
        flipped[flipped.length / 2] ^= 1;
        Files.write(folder.resolve("flipped.zip"), flipped);
        Run run = run("flipped.zip", "--trust", "trust.json");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("FAILS", "NOT PROVEN");
    }

    @Test
    void anotherFleetsTrustIsSaidInOneSentence() throws Exception {
        Run run = run("case.sallyport.zip", "--trust", "foreign.json");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .contains("the bundle is of fleet " + fleet.fleetId() + ", and foreign.json is of fleet "
                        + foreign.fleetId())
                .doesNotContain("certificates");
    }

    @Test
    void whatItCannotReadIsAUsageError() throws Exception {
        assertThat(run("case.sallyport.zip").exit()).isEqualTo(2);
        assertThat(run("nowhere.zip", "--trust", "trust.json").exit()).isEqualTo(2);
        assertThat(run("case.sallyport.zip", "--url", "https://localhost").exit())
                .isEqualTo(2);
        Run help = run("--help");
        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("java -jar sallyport-verify.jar", "every claim holds");
        assertThat(run("--version").out()).startsWith("sallyport-verify ").doesNotContain("not from a jar");
    }

    @Test
    void nothingInItSpeaksToAFleet() throws IOException {
        try (ZipFile jar = new ZipFile(BUILT.toFile())) {
            List<String> ofTheCommand = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith("dev/sallyport/cli/") && name.endsWith(".class"))
                    .toList();
            assertThat(ofTheCommand)
                    .contains("dev/sallyport/cli/verify/SallyportVerify.class")
                    .allMatch(name -> name.matches("dev/sallyport/cli/(verify|output|failure)/.*"));
        }
    }

    @Test
    void theBuildRecordsItsDigest() throws IOException, NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(BUILT));
        assertThat(BUILT.resolveSibling("sallyport-verify.jar.sha256"))
                .hasContent(HexFormat.of().formatHex(digest) + "  sallyport-verify.jar\n");
    }

    private record Run(int exit, String out) {}

    private static Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar"));
        command.add("sallyport-verify.jar");
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.clear();
        Process process =
                builder.directory(folder.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out);
    }
}
