package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.e2e.harness.SharedFleet;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.FleetPlan.Workload;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node with a good certificate gets nothing of another pool's and moves nothing of another node's. */
@ExtendWith(SharedFleet.class)
class NodesTest {
    private static final String CLAIM = """
            {"offer":{"runtimes":[{"kind":"builtin","tiers":["C"]},{"kind":"process","tiers":["C"]}]},
             "capacity":1,"most":1,"wait_ms":0}""";
    private static final int CAPACITY = 4;

    @Test
    void aNodeTouchesOnlyItsOwnPoolsAndItsOwnCalls(Fleet fleet) throws Exception {
        FleetCa.open(fleet.home(), Clock.systemUTC())
                .issueMissing(
                        new FleetPlan(List.of(Workload.node("other", "node-9"), Workload.node("default", "node-7"))));
        String control = fleet.internalUrl("executor-service") + "/internal/v1/claims";
        Calls calls = new Calls(fleet);
        List<String> running = new ArrayList<>();
        String waiting = "";
        try (Mtls stranger = Mtls.as(fleet, "node-other-node-9");
                Mtls neighbour = Mtls.as(fleet, "node-default-node-7")) {
            long nodes = fleet.parts().stream()
                    .filter(part -> part.name().startsWith("node-"))
                    .count();
            for (int n = 0; n < CAPACITY * nodes; n++) {
                running.add(sleep(calls));
            }
            for (String id : running) {
                calls.awaitPhase(id, "run");
            }
            waiting = sleep(calls);
            calls.awaitPhase(waiting, "queue");

            assertThat(stranger.post(control + ":take", CLAIM).json().path("claims"))
                    .as("nothing for another pool")
                    .isEmpty();
            for (Mtls other : List.of(stranger, neighbour)) {
                for (String id : running) {
                    for (int fence = 0; fence < 4; fence++) {
                        Answer renew = other.post(control + "/" + id + ":renew", "{\"fence\":" + fence + "}");
                        assertThat(renew.status()).as(renew.toString()).isEqualTo(409);
                        String record = Base64.getEncoder().encodeToString("{}".getBytes(StandardCharsets.UTF_8));
                        Answer finish = other.post(
                                control + "/" + id + ":finish",
                                "{\"fence\":" + fence + ",\"record\":\"" + record + "\"}");
                        assertThat(finish.status()).as(finish.toString()).isIn(400, 409);
                    }
                }
            }
            Answer claimed = neighbour.post(control + ":take", CLAIM);
            assertThat(claimed.json().path("claims"))
                    .as("control: its own pool's " + claimed)
                    .hasSize(1);
            String redeem =
                    "{\"reference\":\"vault://01JD9999999999999999999999/x\",\"client_nonce\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"started_record\":\"%s\"}"
                            .formatted(claimed.at("/claims/0/started_record"));
            Answer secret = stranger.post(fleet.internalUrl("vault-service") + "/internal/v1/secrets:redeem", redeem);
            assertThat(secret.at("/code")).as(secret.toString()).isEqualTo("SECRET_NOT_AVAILABLE");
            String fence = claimed.json().at("/claims/0/fence").toString();
            assertThat(stranger.post(control + "/" + waiting + ":renew", "{\"fence\":" + fence + "}")
                            .status())
                    .as("nor with the right number")
                    .isEqualTo(409);
            assertThat(neighbour
                            .post(control + "/" + waiting + ":renew", "{\"fence\":" + fence + "}")
                            .status())
                    .as("control: who holds it")
                    .isEqualTo(200);
            for (String id : running) {
                assertThat(calls.get(id).at("/state/phase")).isEqualTo("run");
                calls.cancel(id);
                assertThat(calls.awaitDone(id).at("/state/outcome"))
                        .as("control: its node still held it")
                        .isEqualTo("cancelled");
            }
        } finally {
            running.forEach(id -> fleet.agent().delete("/v1/proposals/" + id));
            fleet.agent().delete("/v1/proposals/" + waiting);
        }
    }

    @Test
    void aCallThatNoNodeCanTakeSaysSoAndRunsWhenANodeIsBack(Fleet fleet) {
        Calls calls = new Calls(fleet);
        List<FleetPart> nodes = fleet.parts().stream()
                .filter(part -> part.name().startsWith("node-"))
                .toList();
        String id;
        try {
            for (FleetPart node : nodes) {
                node.holdDown();
                // In an orderly way: a node that asks for work at this moment must not be given the call.
                node.terminate();
                node.awaitState("held");
            }
            // Control waits a minute before it calls a node absent.
            new Databases(fleet).update("executor_service", "update node set last_seen = now() - interval '2 minutes'");
            id = calls.echoLater("late");
            Awaitility.await("the reason why " + id + " waits")
                    .atMost(Duration.ofMinutes(5))
                    .until(() -> calls.get(id).at("/waiting/code").equals("NO_NODE_IN_POOL"));
            assertThat(calls.get(id).at("/waiting/message")).contains("pool default");
        } finally {
            nodes.forEach(FleetPart::bringBack);
        }
        Answer done = calls.awaitDone(id);
        assertThat(done.at("/state/outcome")).as(done.toString()).isEqualTo("succeeded");
        assertThat(done.json().has("waiting")).isFalse();
    }

    private static String sleep(Calls calls) {
        String session = UUID.randomUUID().toString();
        Answer answer = calls.propose(
                "{\"tool\":\"sleep\",\"arguments\":{\"ms\":600000},\"session_id\":\"%1$s\",\"run_id\":\"%1$s\"}"
                        .formatted(session),
                0);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
        return answer.at("/proposal_id");
    }
}
