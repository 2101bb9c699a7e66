package dev.sallyport.policy.catalogue.own;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OwnToolDocumentTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String GOOD = """
            {"name":"own.lines","version":"3","description":"Counts.","capabilities":[],"runtime":"process",
             "executable":"wc","argv":["-l","--",{"arg":"files"}],"cwd":"docs","environment":{"TZ":"UTC"},
             "limits":{"wall_ms":1000},
             "input_schema":{"type":"object","additionalProperties":false,"required":["files"],
               "properties":{"files":{"type":"array","items":{"type":"string","pattern":"^[a-z]+$"},"maxItems":5}}},
             "output_schema":{"type":"object","properties":{"n":{"type":"number"}},"additionalProperties":true}}""";

    /** The field that is named, and the members that replace those of the good one; null takes one away. */
    private static final String BAD = """
            version | {"version":1}
            version | {"version":"0"}
            version | {"version":null}
            name | {"name":"Own.lines"}
            name | {"name":"own lines"}
            name | {"name":"fs.lines"}
            name | {"name":"fs_lines"}
            name | {"name":"process-run"}
            name | {"name":"a.%1$s"}
            description | {"description":" "}
            more | {"more":1}
            runtime | {"runtime":"builtin"}
            runtime | {"runtime":"wasm"}
            capabilities | {"capabilities":["network"]}
            capabilities | {"capabilities":["secrets_read"]}
            capabilities[0] | {"capabilities":["fly"]}
            secrets | {"secrets":true}
            egress.mode | {"egress":{"mode":"none"}}
            egress.mode | {"egress":{"mode":"loose","hosts":["a.example"]},"capabilities":["network"]}
            egress | {"egress":{"mode":"preflight"}}
            egress | {"egress":{"mode":"preflight","hosts":[]},"capabilities":["network"]}
            capabilities | {"egress":{"mode":"preflight","hosts":["a.example"]}}
            argv[1] | {"argv":[{"arg":"files"},"/run/secrets/a/b"]}
            capabilities | {"egress":{"mode":"strict","hosts":["a.example"]}}
            capabilities | {"secrets":["token"]}
            secrets[1] | {"secrets":["token","vault://token"],"capabilities":["secrets_read"]}
            secrets | {"secrets":"token","capabilities":["secrets_read"]}
            egress.hosts[0] | {"egress":{"mode":"strict","hosts":["A.example"]},"capabilities":["network"]}
            egress.hosts[0] | {"egress":{"mode":"strict","hosts":["a.example:443"]},"capabilities":["network"]}
            egress.hosts[0] | {"egress":{"mode":"strict","hosts":["*"]},"capabilities":["network"]}
            tier | {"tier":"A"}
            pool | {"pool":"../x"}
            limits.wall_ms | {"limits":{"wall_ms":60001}}
            limits.days | {"limits":{"days":1}}
            executable | {"executable":"/usr/bin/wc"}
            executable | {"executable":"wc -l"}
            argv | {"argv":"-l"}
            argv[0] | {"argv":[1,{"arg":"files"}]}
            argv[0].arg | {"argv":[{"arg":"none"},{"arg":"files"}]}
            argv[0].shell | {"argv":[{"arg":"files","shell":true}]}
            argv[0].prefix | {"argv":[{"arg":"files","prefix":"-"}]}
            argv[0].prefix | {"argv":[{"arg":"files","prefix":"--"}]}
            argv[0].prefix | {"argv":[{"arg":"files","prefix":"-x"}]}
            argv[0].option | {"argv":[{"arg":"files","option":"--a b"}]}
            argv[0].option | {"argv":[{"arg":"files","option":"--"}]}
            argv[0].arg | {"argv":[{"arg":"files","flag":"-x"}]}
            argv[1] | {"argv":[{"arg":"files"},"--files0-from=x"]}
            argv[1] | {"argv":[{"arg":"files"},"/etc/passwd"]}
            argv[1] | {"argv":[{"arg":"files"},"--file=../x"]}
            stdin.arg | {"stdin":{"arg":"files"}}
            cwd | {"cwd":"/etc"}
            cwd | {"cwd":"../x"}
            cwd | {"cwd":"."}
            cwd | {"cwd":".git"}
            environment.LD_PRELOAD | {"environment":{"LD_PRELOAD":"x"}}
            environment.PATH | {"environment":{"PATH":"x"}}
            environment.PYTHONPATH | {"environment":{"PYTHONPATH":"x"}}
            environment.TAR_OPTIONS | {"environment":{"TAR_OPTIONS":"x"}}
            environment.OPENSSL_CONF | {"environment":{"OPENSSL_CONF":"x"}}
            environment.a.TZ | {"environment":{"a.TZ":"x"}}
            environment.TZ | {"environment":{"TZ":1}}
            input_schema.type | {"input_schema":{"additionalProperties":false}}
            input_schema.additionalProperties | {"input_schema":{"type":"object"}}
            input_schema.additionalProperties | {"input_schema":{"type":"object","additionalProperties":true}}
            input_schema.$ref | {"input_schema":{"type":"object","additionalProperties":false,"$ref":"http://a.example/x"}}
            input_schema.properties.a | {"input_schema":{"type":"object","additionalProperties":false,"properties":{"a":{"type":"object"}}}}
            input_schema.properties.a b | {"input_schema":{"type":"object","additionalProperties":false,"properties":{"a b":{"type":"string"}}}}
            input_schema.properties.a.b | {"input_schema":{"type":"object","additionalProperties":false,"properties":{"a.b":{"type":"string"}}}}
            input_schema.properties.a.items | {"input_schema":{"type":"object","additionalProperties":false,"properties":{"a":{"type":"array"}}}}
            input_schema.properties.a.pattern | {"input_schema":{"type":"object","additionalProperties":false,"properties":{"a":{"type":"string","pattern":"(?=x)"}}}}
            input_schema.properties.files | {"argv":[]}
            output_schema.type | {"output_schema":{"type":"array"}}
            output_schema.properties.n.$ref | {"output_schema":{"type":"object","properties":{"n":{"type":"string","$ref":"#"}}}}
            """.replace("%1$s", "x".repeat(63));

    static Stream<Arguments> bad() {
        return BAD.lines().map(line -> Arguments.of((Object[]) line.split(" \\| ", 2)));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("bad")
    void whatIsWrongIsRefusedWithTheField(String field, String change) {
        ObjectNode document = good();
        JSON.readTree(change).properties().forEach(member -> {
            if (member.getValue().isNull()) {
                document.remove(member.getKey());
            } else {
                document.set(member.getKey(), member.getValue());
            }
        });

        assertThatThrownBy(() -> OwnToolDocument.read(document))
                .isInstanceOfSatisfying(ToolRefusedException.class, refused -> {
                    assertThat(refused.field()).isEqualTo(field);
                    assertThat(refused.code()).isEqualTo(ToolRefusedException.Code.INVALID_TOOL);
                    assertThat(refused.getMessage())
                            .startsWith("`" + field + "` ")
                            .endsWith(".");
                });
    }

    @Test
    void aProgramWhoseNetworkNobodyHoldsSaysSoAndAsks() {
        ObjectNode document = good();
        document.set("egress", JSON.readTree("{\"mode\":\"preflight\",\"hosts\":[\"db.example:5432\"]}"));
        document.set("capabilities", JSON.readTree("[\"network\"]"));
        ToolMetadata tool = OwnToolDocument.read(document);

        assertThat(tool.reach().egressMode()).isEqualTo(EgressEnforcementMode.PREFLIGHT);
        assertThat(tool.sensitive()).isTrue();
    }

    @Test
    void theGoodOneIsReadWithWhatItLeavesOut() {
        ToolMetadata tool = OwnToolDocument.read(good());

        assertThat(tool.name()).isEqualTo("own.lines");
        assertThat(tool.sensitive()).isFalse();
        assertThat(tool.confined()).isTrue();
        assertThat(tool.placement().limits().wallMs()).isEqualTo(1_000);
        assertThat(tool.placement().limits().processes())
                .as("the most: what a call gets the workspace says")
                .isEqualTo(1024);
        assertThat(tool.placement().pool()).isEqualTo("default");
        assertThat(tool.program()).isNotNull().satisfies(program -> {
            assertThat(program.cwd()).isEqualTo("docs");
            assertThat(program.environment()).containsEntry("TZ", "UTC");
        });
    }

    private static ObjectNode good() {
        try {
            return CanonicalJson.readObject(GOOD.getBytes(UTF_8), JsonRules.ARGUMENTS);
        } catch (JsonRefusedException e) {
            throw new IllegalStateException(e);
        }
    }
}
