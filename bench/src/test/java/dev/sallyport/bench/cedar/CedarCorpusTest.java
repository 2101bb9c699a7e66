package dev.sallyport.bench.cedar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CedarCorpusTest {
    private static final String SCHEMA = """
            namespace Shop {
              entity Team;
              entity Customer in [Team] { age: Long };
              entity Order { owner: Customer };
              action "look";
              action "open", "print" in ["look"] appliesTo {
                principal: [Customer], resource: [Order], context: { at?: Long, note: String }
              };
              action "cancel" appliesTo { principal: [Customer], resource: [Order], context: { at?: Long, note: String } };
            }
            """;

    private static final String POLICIES = """
            permit (principal, action in Shop::Action::"look", resource) when { resource.owner == principal };
            forbid (principal, action, resource) when { context has at && context.at * 2 > 100 };
            permit (principal in Shop::Team::"staff", action == Shop::Action::"cancel", resource);
            permit (principal == Shop::Customer::"ben", action, resource == Shop::Order::"2");
            """;

    private static final String ENTITIES = """
            [{"uid":{"type":"Shop::Customer","id":"ann"},"attrs":{"age":30},"parents":[{"type":"Shop::Team","id":"staff"}]},
             {"uid":{"__entity":{"type":"Shop::Customer","id":"ben"}},"attrs":{"age":40},
              "parents":[{"__entity":{"type":"Shop::Team","id":"guests"}}]},
             {"uid":{"type":"Shop::Order","id":"1"},"parents":[],
              "attrs":{"owner":{"__entity":{"type":"Shop::Customer","id":"ann"}}}},
             {"uid":{"type":"Shop::Order","id":"2"},"parents":[],
              "attrs":{"owner":{"__entity":{"type":"Shop::Customer","id":"ann"}}}}]
            """;

    private static final String NEW = """
            {"policies":"data/policies.cedar","entities":"data/entities.json","schema":"data/shop.cedarschema",
             "shouldValidate":true,"requests":[
              %s]}
            """;

    private static final String ANN_OPENS = request("ann", "open", "1", "\"note\":\"\"", "allow", "\"policy0\"", "");
    private static final String BEN_OPENS = request("ben", "open", "1", "\"note\":\"\"", "deny", "", "");
    private static final String BEN_PRINTS = request("ben", "print", "2", "\"note\":\"\"", "Allow", "\"policy3\"", "");
    private static final String ANN_CANCELS =
            request("ann", "cancel", "2", "\"note\":\"\",\"at\":99", "deny", "\"policy1\"", "");
    /** Cedar skips the forbid, which overflows, and allows. */
    private static final String FORBID_FAILS = request(
            "ann", "cancel", "1", "\"note\":\"\",\"at\":9223372036854775807", "allow", "\"policy2\"", "\"policy1\"");

    @TempDir
    Path home;

    private Path folder;
    private Path json;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void data() throws Exception {
        folder = Files.createDirectories(home.resolve("corpus"));
        json = home.resolve("out.json");
        Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(folder.resolve("tests"));
        Files.writeString(folder.resolve("data/policies.cedar"), POLICIES);
        Files.writeString(folder.resolve("data/entities.json"), ENTITIES);
        Files.writeString(folder.resolve("data/shop.cedarschema"), SCHEMA);
    }

    @Test
    void whatAgreesIsCountedAndSaysNothing() throws Exception {
        write(
                "tests/new.json",
                NEW.formatted(String.join(",", ANN_OPENS, BEN_OPENS, BEN_PRINTS, ANN_CANCELS, FORBID_FAILS)));
        write("tests/old.json", """
                {"policies":"data/none.cedar","entities":"data/entities.json","schema":"data/shop.cedarschema",
                 "should_validate":false,"queries":[
                  {"desc":"no schema fits, none is asked","principal":{"__entity":{"type":"Shop::Customer","id":"ann"}},
                   "action":{"type":"Shop::Action","id":"open"},"resource":{"type":"Shop::Order","id":"1"},
                   "context":{"note":""},"validateRequest":false,"decision":"Deny","reasons":[],"errors":["policy0"]},
                  {"principal":{"type":"Shop::Team","id":"staff"},"action":{"type":"Shop::Action","id":"open"},
                   "resource":{"type":"Shop::Order","id":"1"},"context":{"note":""},"decision":"Deny"},
                  {"principal":null,"action":{"type":"Shop::Action","id":"open"},"resource":null,"context":{},
                   "decision":"Deny","reasons":[],"errors":[]}]}
                """);
        write("data/none.cedar", "permit (principal, action, resource) when { principal.nothing == 1 };\n");
        write("tests/json.json", """
                {"policies":"data/policies.json","policyFormat":"json","entities":"data/entities.json","requests":[%s]}
                """.formatted(ANN_OPENS.replace("policy0", "anybody")));
        write("data/policies.json", """
                {"staticPolicies":{"anybody":{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},
                 "resource":{"op":"All"},"conditions":[]}},"templates":{},"templateLinks":[]}
                """);

        assertThat(run("--json", json.toString(), folder.toString()))
                .as(out + " " + err)
                .isZero();

        JsonNode report = JsonMapper.shared().readTree(Files.readAllBytes(json));
        assertThat(List.of(
                        number(report, "/cases"),
                        number(report, "/requests"),
                        number(report, "/left_out"),
                        number(report, "/denied_for_errors"),
                        number(report, "/refused")))
                .containsExactly(3, 8, 1, 1, 1);
        assertThat(report.path("mismatches").valueStream().map(JsonNode::intValue))
                .hasSize(5)
                .containsOnly(0);
        assertThat(number(report, "/slice_percent")).isBetween(1, 99);
        assertThat(out.toString(UTF_8)).contains("requests", "mismatches").doesNotContain("expected");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void everythingThatDiffersIsPrintedWithItsPlaceAndFails() throws Exception {
        write("tests/good.json", NEW.formatted(ANN_OPENS));
        write(
                "tests/wrong.json",
                NEW.replace("\"shouldValidate\":true", "\"shouldValidate\":false")
                        .formatted(String.join(
                                ",",
                                ANN_OPENS.replace("allow", "deny"),
                                BEN_PRINTS.replace("policy3", "policy0"),
                                FORBID_FAILS.replace("[\"policy1\"]", "[]"),
                                ANN_OPENS.replace("Customer", "Team"))));

        assertThat(run("--json", json.toString(), folder.toString())).isEqualTo(1);

        assertThat(out.toString(UTF_8).lines().filter(line -> line.contains("expected")))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("tests/wrong.json: validation: expected false, found true"),
                        line -> assertThat(line)
                                .isEqualTo("tests/wrong.json request 1: decision: expected deny, found allow"),
                        line -> assertThat(line)
                                .isEqualTo("tests/wrong.json request 2: reason: expected [policy0], found [policy3]"),
                        line -> assertThat(line).isEqualTo("tests/wrong.json request 3: errors: expected 0, found 1"),
                        line -> assertThat(line)
                                .startsWith(
                                        "tests/wrong.json request 4: decision: expected allow, found deny (Cedar refused"),
                        line -> assertThat(line)
                                .isEqualTo("tests/wrong.json request 4: reason: expected [policy0], found []"));
        assertThat(JsonMapper.shared()
                        .readTree(Files.readAllBytes(json))
                        .path("differing")
                        .size())
                .isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            data/policies.cedar     | data/missing.cedar   | data/missing.cedar: there is no such file
            data/policies.cedar     | ../outside.cedar     | ../outside.cedar: lies outside of the folder
            data/policies.cedar     | /etc/passwd          | /etc/passwd: lies outside of the folder
            data/policies.cedar     | data/link.cedar      | data/link.cedar: leads out of the folder
            data/policies.cedar     | data/huge.cedar      | data/huge.cedar: larger than
            data/policies.cedar     | data/binary.cedar    | data/binary.cedar: this is no text
            data/policies.cedar     | data/broken.cedar    | data/broken.cedar: Cedar cannot read this
            data/policies.cedar     | data/deep.cedar      | nested deeper
            data/entities.json      | data/shop.cedarschema| data/shop.cedarschema: this is no JSON
            data/entities.json      | data/object.json     | data/object.json: entities are a list
            data/entities.json      | data/strange.json    | data/strange.json: an entity is named
            data/shop.cedarschema   | data/broken.cedar    | data/broken.cedar: Cedar cannot read this
            \"decision\":\"allow\"  | \"decision\":\"yes\" | request 1: `decision` must be
            {\"type\":\"Shop::Customer\" | {\"typ\":\"x\"  | `principal`: an entity is named
            {\"note\":\"\"}         | []                   | request 1: `context` must be
            {\"note\":\"\"}         | {\"note\":{\"__extn\":{\"fn\":\"x\",\"arg\":\"y\"}}}       | request 1: Cedar cannot read the context
            \"data/policies.cedar\" | 1                    | `policies` must name a file
            ]}                      | ]                    | tests/good.json: this is no JSON
            """)
    void whatCannotBeReadIsNamed(String good, String bad, String said) throws Exception {
        Files.writeString(home.resolve("outside.cedar"), POLICIES);
        Files.createSymbolicLink(folder.resolve("data/link.cedar"), home.resolve("outside.cedar"));
        write("data/huge.cedar", "//" + "x".repeat(17 << 20));
        Files.write(folder.resolve("data/binary.cedar"), new byte[] {(byte) 0xff});
        write("data/broken.cedar", "permit everything\n");
        write("data/deep.cedar", "permit (principal, action, resource) when { " + "(".repeat(5_000) + "true");
        write("data/object.json", "{}");
        write("data/strange.json", "[{\"uid\":1}]");
        String valid = NEW.formatted(ANN_OPENS);
        write("tests/good.json", valid);
        assertThat(run(folder.toString())).as("control: " + err).isZero();

        String changed = valid.replace(good.replace("\\\"", "\""), bad.replace("\\\"", "\""));
        assertThat(changed).isNotEqualTo(valid);
        write("tests/good.json", changed);

        assertThat(run(folder.toString())).as(out.toString(UTF_8)).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("sallyport: ").contains(said);
    }

    @Test
    void commandLineThatIsNotUnderstoodAndAFolderWithoutCasesAreRefused() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("--jsn", "x")).isEqualTo(2);
        assertThat(run(folder.toString(), "another")).isEqualTo(2);
        assertThat(run(home.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("is no folder");
        assertThat(run(folder.toString())).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("holds no cases");
        assertThat(run("--help")).isZero();
    }

    private static String request(
            String customer,
            String action,
            String order,
            String context,
            String decision,
            String reason,
            String errors) {
        return """
                {"description":"","principal":{"type":"Shop::Customer","id":"%s"},
                 "action":{"type":"Shop::Action","id":"%s"},"resource":{"type":"Shop::Order","id":"%s"},
                 "context":{%s},"decision":"%s","reason":[%s],"errors":[%s]}""".formatted(customer, action, order, context, decision, reason, errors);
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
    }

    private int run(String... arguments) {
        return CedarCorpus.run(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), List.of(arguments));
    }

    private static int number(JsonNode report, String pointer) {
        return report.at(pointer).intValue();
    }
}
