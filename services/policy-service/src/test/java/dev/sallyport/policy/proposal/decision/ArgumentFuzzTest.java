package dev.sallyport.policy.proposal.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Hostile arguments: whatever they are, every tool's are looked at. */
class ArgumentFuzzTest {
    @FuzzTest
    void whateverTheArgumentsTheyAreLookedAt() {
        ToolCatalogue catalogue = new ToolCatalogue();
        Fuzz.target("argument-findings")
                .samples("""
                        {"executable":"uname","args":["-a","--out=../x","@/etc/passwd"]}""", """
                        {"path":"a/b","content":"\\u20ac"}""")
                .words("../", "/etc", "C:\\\\", "file://", "=", "@", ":")
                .refusing(JsonRefusedException.class)
                .longest(200 << 10)
                .run(input -> {
                    ObjectNode arguments = CanonicalJson.readObject(input, JsonRules.ARGUMENTS);
                    for (ToolMetadata tool : catalogue.builtIn()) {
                        assertThat(ArgumentFindings.of(tool, arguments, List.of("db"), List.of("a.example"))
                                        .attributes())
                                .isNotNull();
                    }
                });
    }
}
