package dev.sallyport.e2e.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.SharedFleet;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node that is killed while a secret is in use: nobody else gets it, nobody gets it twice, nothing is left. */
@ExtendWith(SharedFleet.class)
class KilledWithSecretsTest {
    private static final String HOLD = """
            {"name":"team.killed-node","version":"1","description":"Holds a secret until it is ended.",
             "capabilities":["process_exec","secrets_read"],"runtime":"process","executable":"tail",
             "argv":["-f","/run/secrets/killed-node"],"pool":"web","tier":"C","secrets":["killed-node"],
             "input_schema":{"type":"object","additionalProperties":false,"properties":{}}}""";

    private static final String PROPOSAL =
            "{\"tool\":\"team.killed-node\",\"arguments\":{},\"secrets\":[\"killed-node\"],\"session_id\":\"killed-node\"}";

    @TempDir
    Path folder;

    @Test
    void aNodeThatIsKilledWithASecretLeavesNothingOfItAndNobodyRedeemsItAgain(Fleet fleet) throws Exception {
        String value = CanaryPlanting.fresh("held");
        CanarySearch search = new CanarySearch().with("held secret", value);
        SecretCalls calls = new SecretCalls(fleet, folder);
        calls.put("killed-node", value, "--delivery", "file");
        try (WebNode node = WebNode.start(fleet)) {
            calls.add(HOLD);
            Runnable undo = calls.open("team.killed-node");
            try {
                String call = calls.begun(PROPOSAL);
                Awaitility.await("the tool to hold it")
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> tools() > 0);
                assertThat(calls.uses("killed-node")).containsExactly(call);

                node.kill();

                Awaitility.await("its tools to be gone")
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> tools() == 0);
                assertThat(SecretCalls.found(search, node)).isEmpty();
                node.startAgain();
                Answer ended = calls.agent().awaitDone(call);
                assertThat(ended.at("/state/outcome")).as(ended.toString()).isEqualTo("indeterminate");
                assertThat(calls.uses("killed-node")).containsExactly(call);
                assertThat(tools()).as("it does not run again").isZero();
                assertThat(SecretCalls.found(search, node)).isEmpty();
            } finally {
                undo.run();
            }
        }
    }

    /** Programs that hold the secret; bubblewrap and the node name it on no command line. */
    private static long tools() {
        return ProcessHandle.allProcesses()
                .filter(process -> CanaryPlaces.cmdline(process.pid()).contains("-f /run/secrets/killed-node"))
                .count();
    }
}
