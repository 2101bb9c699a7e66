package dev.sallyport.e2e.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Command;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Owner;
import dev.sallyport.e2e.harness.SharedFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A workspace's own tool, from its document to the proof of a call. */
@ExtendWith(SharedFleet.class)
class OwnToolTest {
    private static final String TOOL = """
            {"name":"say.json","version":"1","description":"Says a word as JSON.","capabilities":["process_exec"],
             "runtime":"process","executable":"echo","argv":[{"arg":"word","prefix":"{\\"word\\":\\""},{"arg":"end"}],
             "environment":{"TZ":"UTC"},
             "input_schema":{"type":"object","required":["word","end"],"additionalProperties":false,
               "properties":{"word":{"type":"string"},"end":{"type":"string"}}},
             "output_schema":{"type":"object","required":["word"],"properties":{"word":{"type":"string"}}}}""";

    @TempDir
    Path folder;

    @Test
    void anOwnToolIsRegisteredOpenedApprovedRunAndProven(Fleet fleet) throws IOException {
        Calls calls = new Calls(fleet);
        Path file = Files.writeString(folder.resolve("say.json"), TOOL);
        Command added = fleet.cli().run("tools", "add", file.toString());
        assertThat(added.exitCode()).as(added.toString()).isZero();
        assertThat(fleet.cli().run("tools", "add", file.toString()).exitCode())
                .as("the same again")
                .isZero();
        assertThat(propose(calls, "a", "\\\"}").at("/state/code")).isEqualTo("NOT_ALLOWLISTED");
        Runnable undo = new Owner(fleet)
                .configure(config -> config.withArray("allowlisted_tools").add("say.json"));
        try {
            Answer good = approved(calls, "a $(id); 'b'", "\\\"}");
            assertThat(good.at("/state/outcome")).as(good.toString()).isEqualTo("succeeded");
            assertThat(good.at("/result/value/word")).isEqualTo("a $(id); 'b' ");
            Answer bad = approved(calls, "a", "\\\"");
            assertThat(bad.at("/state/code")).as(bad.toString()).isEqualTo("OUTPUT_INVALID");
            assertThat(bad.at("/result/stdout")).isEqualTo("{\"word\":\"a \"\n");
            proven(fleet, good.at("/proposal_id"));
            proven(fleet, bad.at("/proposal_id"));
        } finally {
            undo.run();
            assertThat(fleet.cli().run("tools", "retire", "say.json", "1").exitCode())
                    .isZero();
        }
        assertThat(propose(calls, "a", "\\\"}").at("/state/code")).isEqualTo("TOOL_RETIRED");
    }

    private static Answer propose(Calls calls, String word, String end) {
        return calls.propose(
                "{\"tool\":\"say.json\",\"arguments\":{\"word\":\"%s\",\"end\":\"%s\"}}".formatted(word, end), 1);
    }

    /** The call's end, once the person who is asked has seen the command and agreed. */
    private static Answer approved(Calls calls, String word, String end) {
        String id = propose(calls, word, end).at("/proposal_id");
        calls.approve(id);
        return calls.awaitDone(id);
    }

    private void proven(Fleet fleet, String call) {
        Path bundle = folder.resolve(call + ".sallyport.zip");
        Awaitility.await("the whole call to be in the ledger")
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> {
                    Files.deleteIfExists(bundle);
                    Command export = fleet.cli().run("ledger", "export", call, "--file", bundle.toString());
                    assertThat(export.exitCode()).as(export.toString()).isZero();
                    Command verified = fleet.cli().run("verify", bundle.toString());
                    assertThat(verified.exitCode()).as(verified.toString()).isZero();
                    assertThat(verified.output()).contains("PROVEN: every claim holds.");
                });
    }
}
