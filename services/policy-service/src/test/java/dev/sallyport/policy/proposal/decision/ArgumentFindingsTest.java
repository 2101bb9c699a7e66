package dev.sallyport.policy.proposal.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.rule.DecisionCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** policy-service's side of the table that the node runs too. */
class ArgumentFindingsTest {
    private final ToolMetadata tool = new ToolCatalogue().find("process.run").orElseThrow();

    @ParameterizedTest
    @MethodSource("cases")
    void policyRefusesWhatTheTableSays(JsonNode row) {
        ObjectNode arguments = JsonMapper.shared().createObjectNode();
        arguments.put("executable", "cat");
        arguments.putArray("args").add("-n").add(row.get("argument").stringValue());

        ArgumentFindings findings = ArgumentFindings.of(tool, arguments, List.of(), List.of());

        assertThat(findings.refusal() == DecisionCode.PATH_OUTSIDE_WORKSPACE)
                .as(row.toString())
                .isEqualTo(row.get("refused_by_policy").booleanValue());
    }

    static Stream<JsonNode> cases() throws Exception {
        Path repository = Path.of("").toAbsolutePath();
        while (!Files.exists(repository.resolve("docs/test-vectors/arguments.json"))) {
            repository =
                    Objects.requireNonNull(repository.getParent(), "docs/test-vectors/arguments.json was not found");
        }
        byte[] table = Files.readAllBytes(repository.resolve("docs/test-vectors/arguments.json"));
        return JsonMapper.shared().readTree(table).get("cases").valueStream();
    }
}
