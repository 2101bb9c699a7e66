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

/** Whoever is killed while a secret is on its way or in use: nobody else gets it, nobody gets it twice, nothing is left. */
@ExtendWith(SharedFleet.class)
class KilledWithSecretsTest {
    private static final String HOLD = """
            {"name":"team.%1$s","version":"1","description":"Holds a secret until it is ended.",
             "capabilities":["process_exec","secrets_read"],"runtime":"process","executable":"tail",
             "argv":["-f","/run/secrets/%1$s"],"pool":"web","tier":"C","secrets":["%1$s"],
             "input_schema":{"type":"object","additionalProperties":false,"properties":{}}}""";

    @TempDir
    Path folder;

    @Test
    void aNodeThatIsKilledWithASecretLeavesNothingOfItAndNobodyRedeemsItAgain(Fleet fleet) throws Exception {
        String value = CanaryPlanting.fresh("held");
        CanarySearch search = new CanarySearch().with("held secret", value);
        SecretCalls calls = new SecretCalls(fleet, folder);
        calls.put("killed-node", value, "--delivery", "file");
        try (WebNode node = WebNode.start(fleet)) {
            calls.add(HOLD.formatted("killed-node"));
            Runnable undo = calls.open("team.killed-node");
            try {
                String call = calls.begun(proposal("killed-node"));
                Awaitility.await("the tool to hold it")
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> tools("killed-node") > 0);
                assertThat(calls.uses("killed-node")).containsExactly(call);

                node.kill();

                Awaitility.await("its tools to be gone")
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> tools("killed-node") == 0);
                assertThat(SecretCalls.found(search, node)).isEmpty();
                node.startAgain();
                Answer ended = calls.agent().awaitDone(call);
                assertThat(ended.at("/state/outcome")).as(ended.toString()).isEqualTo("indeterminate");
                assertThat(calls.uses("killed-node")).containsExactly(call);
                assertThat(tools("killed-node")).as("it does not run again").isZero();
                assertThat(SecretCalls.found(search, node)).isEmpty();
            } finally {
                undo.run();
            }
        }
    }

    private static String proposal(String name) {
        return "{\"tool\":\"team.%1$s\",\"arguments\":{},\"secrets\":[\"%1$s\"],\"session_id\":\"%1$s\"}"
                .formatted(name);
    }

    /** Programs that hold the secret; bubblewrap and the node name it on no command line. */
    private static long tools(String secret) {
        return ProcessHandle.allProcesses()
                .filter(process -> CanaryPlaces.cmdline(process.pid()).contains("-f /run/secrets/" + secret))
                .count();
    }
}
