package dev.sallyport.skills.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The part of JSON Schema that skills may use. */
class SkillSchemaTest {
    private static final String SAMPLE = """
        {"type":"object","properties":{"text":{"type":"string","maxLength":3},
         "list":{"type":"array","items":{"type":"integer"}}},"required":["text"],"additionalProperties":false}\
        """;

    @Test
    void valuesAreCheckedAndMisfitsNamed() throws Exception {
        SkillSchema schema = SkillSchema.parse("s.json", SAMPLE.getBytes(UTF_8));
        JsonNodeFactory json = JsonNodeFactory.instance;

        assertThat(schema.violations(json.objectNode().put("text", "abc"))).isEmpty();
        assertThat(schema.violations(json.objectNode().put("text", "abcd"))).containsExactly("/text maxLength");
        assertThat(schema.violations(json.objectNode().put("text", 1).put("more", 1)))
                .hasSize(2);
        assertThat(schema.violations(json.objectNode())).containsExactly(" required");
    }

    @Test
    void ofAValueWithManyMisfitsTheFirstAreTold() throws Exception {
        SkillSchema schema = SkillSchema.parse("s.json", SAMPLE.getBytes(UTF_8));
        ObjectNode value = JsonNodeFactory.instance.objectNode().put("text", "abc");
        ArrayNode list = value.putArray("list");
        for (int i = 0; i < 1_000; i++) {
            list.add("no integer");
        }

        assertThat(schema.violations(value)).hasSize(20).contains("/list/19 type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "true",
                "{}",
                "{\"type\":\"string\"}",
                "{\"type\":\"objekt\"}",
                "{\"type\":[\"object\",\"null\"]}",
                "{\"type\":\"object\",\"$ref\":\"https://example.com/schema\"}",
                "{\"type\":\"object\",\"$id\":\"https://example.com/schema\"}",
                "{\"type\":\"object\",\"$schema\":\"http://json-schema.org/draft-07/schema#\"}",
                "{\"type\":\"object\",\"allOf\":[{}]}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"(a+)+$\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"items\":{\"$ref\":\"#\"}}}}",
                "{\"type\":\"object\",\"additionalProperties\":{\"not\":{}}}",
                "{\"type\":\"object\",\"maxLength\":-1}",
                "{\"type\":\"object\",\"type\":\"object\"}"
            })
    void otherSchemasAreRefused(String json) {
        assertThatExceptionOfType(SkillRefusedException.class)
                .isThrownBy(() -> SkillSchema.parse("s.json", json.getBytes(UTF_8)))
                .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.SCHEMA));
    }

    @FuzzTest
    void aSchemaIsReadOrRefused() {
        Fuzz.target("skill-schema")
                .samples(SAMPLE)
                .words("\"$ref\"", "\"items\"", "\"properties\"", "\"enum\"", "\"const\"", "\"multipleOf\"")
                .refusing(SkillRefusedException.class)
                .rounds(1_000)
                .longest(64 * 1024)
                .work(64L << 20, 5_000)
                .run(input -> SkillSchema.parse("s.json", input)
                        .violations(JsonNodeFactory.instance.objectNode().put("text", "a")));
    }
}
