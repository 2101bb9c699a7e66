package dev.sallyport.policy.catalogue.own;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.policy.catalogue.ArgumentSchemas;
import dev.sallyport.policy.catalogue.ProgramTemplate;
import dev.sallyport.policy.catalogue.ToolArgumentsException;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Whatever an agent gives: a value is one element of argv, and an option only where the template says so. */
class TemplateFuzzTest {
    private static final String TOOL = """
            {"name":"own.grep","version":"1","description":"Finds.","capabilities":[],"runtime":"process",
             "executable":"grep","argv":["-n",
               {"arg":"quiet","flag":"-q"},
               {"arg":"most","option":"-m"},
               {"arg":"label","prefix":"--label="},
               {"arg":"raw","option":"-e","allow_dash":true},
               {"arg":"word"},
               "--",
               {"arg":"files"}],
             "stdin":{"arg":"text"},
             "input_schema":{"type":"object","additionalProperties":false,"required":["word"],"properties":{
               "quiet":{"type":"boolean"},"most":{"type":"integer"},"label":{"type":"string"},"raw":{"type":"string"},
               "word":{"type":"string"},"text":{"type":"string"},"files":{"type":"array","items":{"type":"string"}}}}}""";

    private final ArgumentSchemas schemas = new ArgumentSchemas();
    private final ToolMetadata tool = OwnToolDocument.read(object(TOOL));
    private final ProgramTemplate program = Objects.requireNonNull(tool.program());

    @FuzzTest
    void whateverTheArgumentsAValueIsOneElement() {
        Fuzz.target("template-expansion")
                .samples("""
                        {"word":"a b","files":["-x","--","a\\nb"],"label":"-l","most":5}""", """
                        {"quiet":true,"raw":"--rm","word":"\\u20ac","text":"-"}""")
                .words("-", "--", " ", "'", "\\\\n", "$(", ";")
                .refusing(JsonRefusedException.class)
                .refusing(ToolArgumentsException.class)
                .longest(64 << 10)
                .run(input -> {
                    ObjectNode given = CanonicalJson.readObject(input, JsonRules.ARGUMENTS);
                    schemas.verify(tool, given);
                    verify(given, program.expand(given));
                });
    }

    @Test
    void anyTextStaysOneElement() {
        Random random = new Random(20261130);
        int accepted = 0;
        for (int round = 0; round < 2_000; round++) {
            ObjectNode given = JsonNodeFactory.instance.objectNode();
            given.put("word", text(random));
            given.put("label", text(random));
            given.put("raw", text(random));
            given.put("most", random.nextInt());
            given.put("quiet", random.nextBoolean());
            for (int file = random.nextInt(4); file > 0; file--) {
                given.withArray("files").add(text(random));
            }
            try {
                verify(given, program.expand(given));
                accepted++;
            } catch (ToolArgumentsException _) {
                assertThat(given.path("word").stringValue().startsWith("-")
                                || given.path("most").intValue() < 0)
                        .as(given.toString())
                        .isTrue();
            }
        }
        assertThat(accepted).isBetween(200, 1_900);
    }

    private static String text(Random random) {
        String some = "-ab =;'\"\n\t$(){}*?~/\\\u00fc\u20ac";
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
            text.append(some.charAt(random.nextInt(some.length())));
        }
        return text.toString();
    }

    private static void verify(ObjectNode given, ObjectNode call) {
        List<String> expected = new ArrayList<>();
        expected.add("-n");
        if (given.path("quiet").asBoolean(false)) {
            expected.add("-q");
        }
        if (given.has("most")) {
            expected.addAll(List.of("-m", given.get("most").asString()));
        }
        if (given.has("label")) {
            expected.add("--label=" + given.get("label").stringValue());
        }
        if (given.has("raw")) {
            expected.addAll(List.of("-e", given.get("raw").stringValue()));
        }
        expected.add(given.get("word").stringValue());
        expected.add("--");
        given.path("files").forEach(file -> expected.add(file.stringValue()));
        List<String> args =
                call.get("args").valueStream().map(JsonNode::stringValue).toList();
        assertThat(args).isEqualTo(expected);
        assertThat(args.get(args.indexOf("--") - 1).startsWith("-")
                        && !args.get(args.indexOf("--") - 1).equals("-n"))
                .as("the word is no option: " + args)
                .isFalse();
        assertThat(call.get("executable").stringValue()).isEqualTo("grep");
        assertThat(call.get("given")).isEqualTo(given);
        assertThat(call.has("stdin")).isEqualTo(given.has("text"));
    }

    @Test
    void ofArgumentsWithManyMisfitsTheFirstAreTold() {
        ObjectNode given = JsonNodeFactory.instance.objectNode().put("word", "a");
        for (int i = 0; i < 1_000; i++) {
            given.withArray("files").add(i);
        }

        assertThatThrownBy(() -> schemas.verify(tool, given))
                .isInstanceOfSatisfying(
                        ToolArgumentsException.class,
                        refused -> assertThat(refused.violations())
                                .hasSize(20)
                                .extracting(ToolArgumentsException.Violation::pointer)
                                .contains("/files/19"));
        given.putArray("files").add("b");
        schemas.verify(tool, given);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "--", "-r", "--include=*"})
    void aValueThatLooksLikeAnOptionIsRefusedWhereTheTemplateDoesNotAllowIt(String option) {
        ObjectNode word = JsonNodeFactory.instance.objectNode().put("word", option);
        assertThatThrownBy(() -> program.expand(word))
                .isInstanceOfSatisfying(
                        ToolArgumentsException.class,
                        refused -> assertThat(refused.violations())
                                .extracting(ToolArgumentsException.Violation::pointer)
                                .containsExactly("/word"));

        ObjectNode allowed =
                JsonNodeFactory.instance.objectNode().put("word", "w").put("raw", option);
        allowed.withArray("files").add(option);
        assertThat(program.expand(allowed).get("args").valueStream().map(JsonNode::stringValue))
                .as("where it may, and behind --")
                .containsExactly("-n", "-e", option, "w", "--", option);
    }

    @FuzzTest
    void whateverTheDocumentItIsReadOrRefused() {
        Fuzz.target("tool-document")
                .samples(TOOL)
                .words("arg", "option", "prefix", "flag", "\"type\"", "array", "LD_PRELOAD", "../", "pattern", "((a+)+")
                .refusing(JsonRefusedException.class)
                .refusing(ToolRefusedException.class)
                .longest(64 << 10)
                .run(input -> assertThat(OwnToolDocument.read(CanonicalJson.readObject(input, JsonRules.ARGUMENTS))
                                .program())
                        .isNotNull());
    }

    private static ObjectNode object(String json) {
        try {
            return CanonicalJson.readObject(json.getBytes(UTF_8), JsonRules.ARGUMENTS);
        } catch (JsonRefusedException e) {
            throw new IllegalStateException(e);
        }
    }
}
