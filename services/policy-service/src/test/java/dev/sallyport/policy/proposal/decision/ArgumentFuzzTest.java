package dev.sallyport.policy.proposal.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.policy.catalogue.SandboxProcessRunnerPolicy;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Hostile arguments: whatever they are, every tool's are looked at. */
class ArgumentFuzzTest {
    private static final SandboxProcessRunnerPolicy RUNNER =
            ToolCallConfig.initial().processRunner();

    @FuzzTest
    void whateverTheArgumentsTheyAreLookedAt() {
        ToolCatalogue catalogue = new ToolCatalogue();
        Fuzz.target("argument-findings")
                .samples("""
                        {"executable":"uname","args":["-a","--out=../x","@/etc/passwd"]}""", """
                        {"path":"a/b","content":"\\u20ac"}""", """
                        {"executable":"uname","cwd":"a/../..","environment":{"APP_X":"1"}}""")
                .words("../", "/etc", "C:\\\\", "file://", "=", "@", ":")
                .refusing(JsonRefusedException.class)
                .longest(200 << 10)
                .run(input -> {
                    ObjectNode arguments = CanonicalJson.readObject(input, JsonRules.ARGUMENTS);
                    for (ToolMetadata tool : catalogue.builtIn()) {
                        assertThat(ArgumentFindings.of(tool, RUNNER, arguments, List.of("db"), List.of("a.example"))
                                        .attributes())
                                .isNotNull();
                    }
                });
    }
}
