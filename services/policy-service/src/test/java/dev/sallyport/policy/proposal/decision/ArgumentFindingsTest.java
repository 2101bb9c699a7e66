package dev.sallyport.policy.proposal.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.catalogue.SandboxProcessRunnerPolicy;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.statements.vocabulary.Tier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** policy-service's side of the table that the node runs too. */
class ArgumentFindingsTest {
    private static final SandboxProcessRunnerPolicy INITIAL =
            ToolCallConfig.initial().processRunner();

    private final ToolMetadata tool = new ToolCatalogue().builtIn("process.run").orElseThrow();

    @Test
    void policyIsToldTheHostOfAnAddressAndACallReachesNoOther() {
        ToolMetadata fetch = new ToolCatalogue().builtIn("http.fetch").orElseThrow();
        ObjectNode arguments = JsonMapper.shared().createObjectNode().put("url", "https://API.example.com:8443/x");

        ArgumentFindings named = ArgumentFindings.of(
                fetch, INITIAL, arguments, List.of(), List.of("api.example.com:8443", "other.example"));
        ArgumentFindings another =
                ArgumentFindings.of(fetch, INITIAL, arguments, List.of(), List.of("api.example.com"));

        assertThat(named.refusal()).isNull();
        assertThat(named.attributes().hosts()).containsExactly("api.example.com:8443");
        assertThat(another.refusal()).isEqualTo(DecisionCode.EGRESS_NOT_ALLOWED);
        assertThat(ArgumentFindings.of(tool, INITIAL, arguments, List.of(), List.of("api.example.com"))
                        .refusal())
                .as("a tool that names no hosts")
                .isEqualTo(DecisionCode.EGRESS_NOT_ALLOWED);
    }

    @ParameterizedTest
    @MethodSource("arguments")
    void policyIsToldThePathsOfTheTableAndRefusesWhatItSays(JsonNode row) {
        ArgumentFindings findings =
                run("without-profile", "-n", row.get("argument").stringValue());

        assertThat(findings.refusal() == DecisionCode.PATH_OUTSIDE_WORKSPACE)
                .as(row.toString())
                .isEqualTo(row.get("refused").booleanValue());
        assertThat(findings.attributes().paths())
                .containsExactlyInAnyOrderElementsOf(row.get("paths")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("programs")
    void policyIsToldThePathsThatAProgramTakesAsPaths(JsonNode row) {
        List<String> args =
                row.get("args").valueStream().map(JsonNode::stringValue).toList();
        ArgumentFindings findings = run(
                row.get("program").stringValue(),
                args.subList(0, args.size() - 1).toArray(String[]::new),
                args.getLast());

        assertThat(findings.refusal())
                .as(row.toString())
                .isEqualTo(
                        row.get("leads_out").booleanValue()
                                ? DecisionCode.PATH_OUTSIDE_WORKSPACE
                                : row.get("refused").booleanValue() ? DecisionCode.ARGUMENT_NOT_ALLOWED : null);
        assertThat(findings.attributes().paths())
                .containsExactlyInAnyOrderElementsOf(row.get("paths")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("options")
    void optionsWithHiddenEffectsAreRefused(JsonNode row) {
        ArgumentFindings findings =
                run(row.get("program").stringValue(), row.get("argument").stringValue());

        assertThat(findings.refusal())
                .isEqualTo(row.get("refused").booleanValue() ? DecisionCode.ARGUMENT_NOT_ALLOWED : null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b/../c", "/workspace/a", "/tmp/x", "../x", "a/../../x", "//host/a", "~/x", "C:\\x"})
    void aPathOfAFileToolIsRelativeAndDoesNotClimb(String path) {
        assertThat(read(path).refusal()).isEqualTo(DecisionCode.PATH_OUTSIDE_WORKSPACE);
    }

    @ParameterizedTest
    @CsvSource({"a/./b,a/b", "a//b,a/b", "a/b/.,a/b", "./,.", "secrets/./key,secrets/key", "%2e%2e/x,%2e%2e/x"})
    void aPathOfAFileToolHasOneName(String path, String name) {
        assertThat(read(path).refusal()).isNull();
        assertThat(read(path).attributes().paths()).containsExactly(name);
    }

    @Test
    void noPathIsLeftOutWhereThereAreMany() {
        String[] many =
                IntStream.range(0, 250).mapToObj(n -> "a/" + n + "=a/" + n).toArray(String[]::new);

        ArgumentFindings findings = run("without-profile", many, "secrets/key");

        assertThat(findings.refusal()).isNull();
        assertThat(findings.attributes().paths()).contains("secrets/key", "a/249");
    }

    @Test
    void moreThanPoliciesCanBeToldOfIsRefusedAndNeverCut() {
        String[] tooMany = IntStream.range(0, 250)
                .mapToObj(n -> "a/" + n + ",b/" + n + ",c/" + n + ",d/" + n)
                .toArray(String[]::new);
        String[] tooLong = IntStream.range(0, 9)
                .mapToObj(n -> ("x".repeat(200) + "/").repeat(20) + n)
                .toArray(String[]::new);

        assertThat(run("without-profile", tooMany, "z").refusal()).isEqualTo(DecisionCode.ARGUMENTS_TOO_LARGE);
        assertThat(run("cat", tooLong, "z").refusal()).isEqualTo(DecisionCode.ARGUMENTS_TOO_LARGE);
        assertThat(run("cat", tooLong, "z").attributes().paths()).isEmpty();
    }

    /** What the program takes for relative is so to that folder; policies see the paths by both names. */
    @Test
    void folderThatAProgramStartsInIsAPathOfTheWorkspace() {
        ObjectNode call = program("cat", "a/b");
        assertThat(findings(INITIAL, call.put("cwd", "sub/./x")).attributes().paths())
                .contains("sub/x", "sub/x/a/b");
        for (String leadsOut : List.of("..", "/etc", "a/../..", "~root")) {
            assertThat(findings(INITIAL, call.put("cwd", leadsOut)).refusal())
                    .as(leadsOut)
                    .isEqualTo(DecisionCode.PATH_OUTSIDE_WORKSPACE);
        }
        SandboxProcessRunnerPolicy without = new SandboxProcessRunnerPolicy(
                List.of(), List.of(), List.of(), List.of(), false, Tier.B, INITIAL.limits(), List.of());
        assertThat(findings(without, call.put("cwd", "sub")).refusal())
                .isEqualTo(DecisionCode.PROGRAM_SETTING_NOT_ALLOWED);
        call.remove("cwd");
        assertThat(findings(without, call).refusal()).as("control").isNull();
    }

    @Test
    void callSetsOnlyTheVariablesThatItsWorkspaceNames() {
        SandboxProcessRunnerPolicy named = new SandboxProcessRunnerPolicy(
                List.of(), List.of(), List.of(), List.of("APP_MODE"), true, Tier.B, INITIAL.limits(), List.of());
        ObjectNode call = program("cat", "a");
        call.putObject("environment").put("APP_MODE", "x");
        assertThat(findings(named, call).refusal()).as("control").isNull();
        assertThat(findings(INITIAL, call).refusal()).isEqualTo(DecisionCode.PROGRAM_SETTING_NOT_ALLOWED);
        call.putObject("environment").put("APP_MODE", "x").put("APP_OTHER", "y");
        assertThat(findings(named, call).refusal()).isEqualTo(DecisionCode.PROGRAM_SETTING_NOT_ALLOWED);
    }

    private static ObjectNode program(String executable, String argument) {
        ObjectNode call = JsonMapper.shared().createObjectNode().put("executable", executable);
        call.putArray("args").add(argument);
        return call;
    }

    @Test
    void longDataIsNoPath() {
        String[] data =
                IntStream.range(0, 9).mapToObj(n -> "word ".repeat(1_600) + n).toArray(String[]::new);

        assertThat(run("echo", data, "z").refusal()).isNull();
    }

    private ArgumentFindings read(String path) {
        ToolMetadata file = new ToolCatalogue().builtIn("fs.read").orElseThrow();
        return ArgumentFindings.of(
                file, INITIAL, JsonMapper.shared().createObjectNode().put("path", path), List.of(), List.of());
    }

    private ArgumentFindings run(String program, String... arguments) {
        return run(program, arguments, "");
    }

    private ArgumentFindings run(String program, String[] arguments, String last) {
        ObjectNode all = JsonMapper.shared().createObjectNode();
        all.put("executable", program);
        ArrayNode args = all.putArray("args");
        List.of(arguments).forEach(args::add);
        args.add(last);
        return findings(INITIAL, all);
    }

    private ArgumentFindings findings(SandboxProcessRunnerPolicy runner, ObjectNode all) {
        return ArgumentFindings.of(tool, runner, all, List.of(), List.of());
    }

    static Stream<JsonNode> arguments() throws Exception {
        return table("arguments");
    }

    static Stream<JsonNode> programs() throws Exception {
        return table("programs");
    }

    static Stream<JsonNode> options() throws Exception {
        return table("options");
    }

    private static Stream<JsonNode> table(String name) throws Exception {
        Path repository = Path.of("").toAbsolutePath();
        while (!Files.exists(repository.resolve("docs/test-vectors/arguments.json"))) {
            repository =
                    Objects.requireNonNull(repository.getParent(), "docs/test-vectors/arguments.json was not found");
        }
        byte[] table = Files.readAllBytes(repository.resolve("docs/test-vectors/arguments.json"));
        return JsonMapper.shared().readTree(table).get(name).valueStream();
    }
}
