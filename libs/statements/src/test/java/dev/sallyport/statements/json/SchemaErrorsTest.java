package dev.sallyport.statements.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A value with millions of errors costs no more than the errors that are told. */
class SchemaErrorsTest {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final String NAMES =
            IntStream.range(0, 200).mapToObj(n -> "\"n" + n + "\"").collect(Collectors.joining(","));
    private static final String LISTS =
            "{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[" + NAMES
                    + "]}}}";

    /** 20 thousand objects in 60 kB, each without the 200 members that it must have. */
    private static final String EMPTY = IntStream.range(0, 40)
            .mapToObj(n -> "[" + "{},".repeat(499) + "{}]")
            .collect(Collectors.joining(",", "{\"a\":[", "]}"));

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void theCheckEndsAtTheLastErrorThatIsTold() {
        Schema schema = schema("{\"type\":\"object\",\"properties\":{\"a\":" + LISTS + "}}");
        JsonNode value = json(EMPTY);

        long before = THREADS.getCurrentThreadAllocatedBytes();
        assertThat(SchemaErrors.of(schema, value)).hasSize(SchemaErrors.MOST);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(32L << 20);
        assertThat(SchemaErrors.of(schema, json("{\"a\":[[{}]]}"))).hasSize(SchemaErrors.MOST);
        assertThat(SchemaErrors.of(schema, json("{\"a\":[[1]]}"))).hasSize(1);
        assertThat(SchemaErrors.of(schema, json("{\"a\":[[]]}"))).as("control").isEmpty();
    }

    @Test
    void alternativesThatDoNotFitAreTriedAndOneThatFitsCounts() {
        Schema schema = schema("{\"anyOf\":[{\"properties\":{\"a\":" + LISTS + "}},{\"required\":[\"b\"]}]}");

        String some = "{\"a\":[[" + "{},".repeat(1_000) + "{}]]";
        assertThat(SchemaErrors.of(schema, json(some + ",\"b\":1}")))
                .as("the second one fits")
                .isEmpty();
        assertThat(SchemaErrors.of(schema, json(some + "}"))).hasSize(SchemaErrors.MOST);
        assertThatThrownBy(() -> SchemaErrors.of(schema, json(EMPTY)))
                .isInstanceOf(SchemaErrors.TooManyAlternativesException.class);
        assertThat(SchemaErrors.of(schema, json("{\"a\":[[{}]]}"))).hasSize(SchemaErrors.MOST);
        assertThat(SchemaErrors.of(schema, json("{\"a\":[[]]}"))).isEmpty();
    }

    @Test
    void anItemThatFitsNeitherAlternativeIsToldWhereverItIs() {
        Schema schema = schema("""
                {"type":"object","properties":{"a":{"type":"array","items":{"oneOf":[{"type":"integer"},
                 {"type":["string","null"]}]}}},"not":{"required":["b"]}}""");
        String many = IntStream.range(0, 5_000).mapToObj(n -> "null,1,\"x\"").collect(Collectors.joining(","));

        assertThat(SchemaErrors.of(schema, json("{\"a\":[" + many + "]}"))).isEmpty();
        assertThat(SchemaErrors.of(schema, json("{\"a\":[" + many + ",true]}"))).isNotEmpty();
        assertThat(SchemaErrors.of(schema, json("{\"b\":1}"))).hasSize(1);
    }

    private static Schema schema(String json) {
        return REGISTRY.getSchema(json(json));
    }

    private static JsonNode json(String text) {
        try {
            return CanonicalJson.readObject(
                    text.getBytes(UTF_8), new JsonRules(1 << 20, 32, 1 << 20, 100_000, false, true));
        } catch (JsonRefusedException e) {
            throw new AssertionError(e);
        }
    }
}
