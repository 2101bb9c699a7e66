package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.e2e.harness.SharedFleet;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * The key of a service is renewed and the old one revoked while calls wait for an answer, wait for a node, and run. What the
 * ledger had stays good; a call that rests on anything else ends as abandoned. Every call ends once, and none is held up.
 */
@ExtendWith(SharedFleet.class)
class RevokedEvidenceTest {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** How many places of a node one principal has at most: one less than all five. */
    private static final int PLACES_PER_PRINCIPAL = 4;

    private static Fleet fleet;
    private static KeysInForce keys;

    @BeforeAll
    static void prepare(Fleet shared) {
        fleet = shared;
        keys = new KeysInForce(shared);
    }

    /**
     * Calls in every state in which one can be when a key is revoked.
     *
     * @param asked waits for an answer
     * @param approval the question about it
     * @param queued has a permit, and no node has claimed it
     * @param running runs on a node
     */
    private record Open(Calls calls, String asked, String approval, String queued, String running) {
        List<String> all() {
            return List.of(asked, queued, running);
        }

        List<String> outcomes() {
            return all().stream()
                    .map(id -> calls.awaitDone(id).at("/state/outcome"))
                    .toList();
        }
    }

    @Test
    void whatTheLedgerHadBeforeAKeyWasRevokedStaysGood() throws Exception {
        Open open = openAround("policy-service", null);
        open.calls().approve(open.asked());
        assertThat(open.outcomes()).containsExactly("succeeded", "succeeded", "succeeded");
        assertEndedOnce(open);
    }

    @Test
    void callsThatRestOnWhatIsNotConfirmedAreAbandonedAndHoldUpNobody() throws Exception {
        long rejected = rejections();
        Open open = openAround("policy-service", 0L);
        assertThat(open.outcomes()).containsExactly("abandoned", "abandoned", "abandoned");
        assertEndedOnce(open);
        Calls calls = new Calls(fleet);
        Awaitility.await("nobody is asked about the abandoned call any more")
                .atMost(PATIENCE)
                .until(() -> !calls.openQuestions().contains(open.approval()));
        assertThat(calls.echo("after").at("/state/outcome")).isEqualTo("succeeded");
        String asked = calls.append("after.txt");
        calls.approve(asked);
        assertThat(calls.awaitDone(asked).at("/state/outcome")).isEqualTo("succeeded");
        assertThat(rejections() - rejected)
                .as("leaves about rejected records: a few that were on their way, no endless row")
                .isLessThan(20);
    }

    @Test
    void aStartThatIsNotConfirmedLeavesAnIndeterminateCall() throws Exception {
        Open open = openAround("executor-service", 0L);
        open.calls().approve(open.asked());
        assertThat(open.outcomes()).containsExactly("succeeded", "succeeded", "indeterminate");
        assertEndedOnce(open);
    }

    @Test
    void anAnswerThatIsNotConfirmedTakesItsCallWithIt() throws Exception {
        Calls calls = new Calls(fleet).inRun("revoked-approval");
        String answered = calls.append("answered.txt");
        String asked = calls.append("asked.txt");
        List<String> fillers = fill(calls, PLACES_PER_PRINCIPAL);
        try {
            calls.approve(answered);
            calls.awaitPhase(answered, "queue");
            renewAndRevoke("approval-service", 0L);
            // Its place comes free only then: a node that has not heard of the revocation yet would run the call.
            calls.awaitDone(answered);
        } finally {
            fillers.forEach(calls::cancel);
        }
        assertThat(calls.awaitDone(answered).at("/state/outcome")).isEqualTo("abandoned");
        calls.approve(asked);
        assertThat(calls.awaitDone(asked).at("/state/outcome"))
                .as("control: the question was policy-service's")
                .isEqualTo("succeeded");
    }

    /** Opens calls, renews the service's key, and revokes the old one. */
    private static Open openAround(String service, @Nullable Long fromIndex) throws IOException {
        Calls calls = new Calls(fleet).inRun("revoked-" + service + "-" + fromIndex);
        String asked = calls.append(service + ".txt");
        String approval = calls.approvalOf(asked);
        List<String> fillers = fill(calls, PLACES_PER_PRINCIPAL - 1);
        String running = calls.sleepLater(Duration.ofSeconds(40));
        calls.awaitPhase(running, "run");
        Open open;
        try {
            String queued = calls.echoLater("queued");
            calls.awaitPhase(queued, "queue");
            open = new Open(calls, asked, approval, queued, running);
            if (fromIndex == null) {
                Awaitility.await("the ledger has what was stated so far")
                        .atMost(PATIENCE)
                        .until(() -> open.all().stream().allMatch(RevokedEvidenceTest::isPermittedOrAsked));
            }
            renewAndRevoke(service, fromIndex);
            if (service.equals("policy-service") && fromIndex != null) {
                // Its place comes free only then: a node that has not heard of the revocation yet would run the call.
                calls.awaitDone(queued);
            }
        } finally {
            fillers.forEach(calls::cancel);
        }
        return open;
    }

    /** Calls that keep places of the node, so that the agent's next one waits in the queue. */
    private static List<String> fill(Calls calls, int places) {
        List<String> fillers = Stream.generate(() -> calls.sleepLater(Duration.ofMinutes(2)))
                .limit(places)
                .toList();
        fillers.forEach(filler -> calls.awaitPhase(filler, "run"));
        return fillers;
    }

    private static boolean isPermittedOrAsked(String id) {
        return Stream.of("execution-permit", "approval-requested")
                .anyMatch(type -> entries(id, type).findAny().isPresent());
    }

    private static Stream<JsonNode> entries(String id, String type) {
        return keys.entries("proposal_id=" + id + "&limit=200")
                .at("/items")
                .valueStream()
                .filter(entry -> entry.path("type").asString("").startsWith(type));
    }

    private static void renewAndRevoke(String service, @Nullable Long fromIndex) throws IOException {
        String serial = keys.serial(service, false);
        URI connector = Objects.requireNonNull(keys.connectors().get(service));
        Answer renewed = keys.renew(connector);
        assertThat(renewed.status()).as(renewed.toString()).isEqualTo(200);
        try (Mtls owner = Mtls.as(fleet, "owner")) {
            Answer revoked = owner.post(
                    fleet.internalUrl("vault-service") + "/v1/certificates:revoke",
                    "{\"serial\":\"%s\",\"reason\":\"drill\"%s}"
                            .formatted(serial, fromIndex == null ? "" : ",\"from_index\":" + fromIndex));
            assertThat(revoked.status()).as(revoked.toString()).isEqualTo(204);
        }
    }

    /** The ledger has exactly one end of each call. */
    private static void assertEndedOnce(Open open) {
        List<String> missing = new ArrayList<>(open.all());
        Awaitility.await("the ledger has the end of each call").atMost(PATIENCE).until(() -> {
            missing.removeIf(id -> ends(id) > 0);
            return missing.isEmpty();
        });
        for (String id : open.all()) {
            assertThat(ends(id)).as("ends of " + id).isEqualTo(1);
        }
    }

    private static long ends(String id) {
        return entries(id, "audit")
                .filter(entry -> entry.path("event").asString("").equals("call-ended"))
                .count();
    }

    private static long rejections() {
        return keys.entries("event=record-rejected&limit=200")
                .at("/items")
                .valueStream()
                .count();
    }
}
