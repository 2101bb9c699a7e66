package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.e2e.harness.SharedFleet;
import dev.sallyport.identity.Pem;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Keys come and go while the fleet works. */
@ExtendWith(SharedFleet.class)
class KeysTest {
    private static final String ECHO = "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}";
    private static final int ROUNDS = 2;

    private static Fleet fleet;
    private static KeysInForce keys;

    @BeforeAll
    static void prepare(Fleet shared) {
        fleet = shared;
        keys = new KeysInForce(shared);
    }

    @Test
    void everyServiceAndTheNodeRenewTheirKeysUnderLoadAndNoCallFails() throws Exception {
        long before = lastIndex();
        Calls byHand = new Calls(fleet);
        String waiting = byHand.append("k");
        AtomicBoolean go = new AtomicBoolean(true);
        AtomicInteger calls = new AtomicInteger();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        List<Thread> load = List.of(load("a", go, calls, failures), load("b", go, calls, failures));
        try {
            for (int round = 0; round < ROUNDS; round++) {
                for (Map.Entry<String, URI> one : keys.connectors().entrySet()) {
                    String service = one.getKey();
                    int from = calls.get();
                    Answer renewed = keys.renew(one.getValue());
                    assertThat(renewed.status()).as(service + " " + renewed).isEqualTo(200);
                    assertThat(keys.serial(service, true)).isEqualTo(renewed.at("/tls/serial"));
                    assertThat(keys.serial(service, false)).isEqualTo(renewed.at("/signing/serial"));
                    Awaitility.await(service + " shows its new certificate to new connections")
                            .atMost(Duration.ofMinutes(1))
                            .until(() ->
                                    KeysInForce.shown(fleet, one.getValue()).equals(renewed.at("/tls/serial")));
                    Awaitility.await("calls go on after " + service)
                            .atMost(Duration.ofMinutes(2))
                            .until(() -> calls.get() > from + 2 || !failures.isEmpty());
                }
            }
        } finally {
            go.set(false);
            for (Thread thread : load) {
                thread.join();
            }
        }
        assertThat(failures).isEmpty();
        assertThat(calls.get()).isGreaterThan(ROUNDS * keys.connectors().size() * 2);
        // What had been asked under the keys before is answered and permitted under those of now.
        byHand.approve(waiting);
        Answer ended = byHand.awaitDone(waiting);
        assertThat(ended.at("/state/outcome")).as(ended.toString()).isEqualTo("succeeded");
        assertBoundBeforeUse(before);
    }

    private static Thread load(String run, AtomicBoolean go, AtomicInteger calls, Queue<String> failures) {
        return Thread.ofVirtual().start(() -> {
            Api agent = fleet.agent();
            for (int n = 0; go.get(); n++) {
                String body = ECHO.replace("}}", "},\"run_id\":\"keys-%s-%d\"}".formatted(run, n / 50));
                try {
                    Answer answer = agent.post("/v1/proposals", body, Map.of("Prefer", "wait=60"));
                    if (!answer.at("/state/outcome").equals("succeeded")) {
                        failures.add(answer.toString());
                    }
                } catch (RuntimeException e) {
                    failures.add(e.toString());
                }
                calls.incrementAndGet();
            }
        });
    }

    /** Each certificate that signed a leaf since then is bound by a leaf before. */
    private static void assertBoundBeforeUse(long from) throws Exception {
        Awaitility.await("the new keys of all who sign in the ledger")
                .atMost(Duration.ofMinutes(2))
                .until(() -> boundSince(from).size() >= 3 * ROUNDS);
        Set<String> bound = new HashSet<>();
        Set<String> signedAnew = new HashSet<>();
        Set<String> fresh = boundSince(from);
        long last = lastIndex();
        try (Mtls owner = Mtls.as(fleet, "owner")) {
            for (long index = from; index <= last; index++) {
                JsonNode entry = owner.get(fleet.internalUrl("attestation-service") + "/v1/entries/" + index)
                        .json()
                        .path("entry");
                String subject = entry.path("subject").asString("");
                if (entry.path("event").asString("").equals("key-bound")) {
                    bound.add(subject.substring("certificate:".length()));
                }
                String signer = Pem.certificates(
                                entry.path("certificates").asString().getBytes(StandardCharsets.US_ASCII))
                        .getFirst()
                        .getSerialNumber()
                        .toString(16);
                if (fresh.contains(signer)) {
                    signedAnew.add(signer);
                    assertThat(bound).as("leaf " + index + " " + subject).contains(signer);
                }
            }
        }
        assertThat(signedAnew).hasSizeGreaterThanOrEqualTo(3 * ROUNDS);
        // Of two replicas or nodes one may have had nothing to sign since.
        for (String role : List.of("policy-service", "executor-service", "node-default-node")) {
            assertThat(signedAnew)
                    .as("keys in force at " + role)
                    .containsAnyElementsOf(keys.connectors().keySet().stream()
                            .filter(name -> name.startsWith(role))
                            .map(name -> keys.serial(name, false))
                            .toList());
        }
    }

    private static Set<String> boundSince(long from) {
        Set<String> serials = new HashSet<>();
        keys.entries("event=key-bound&limit=200&after=" + from)
                .at("/items")
                .forEach(entry -> serials.add(entry.path("subject").asString("").substring("certificate:".length())));
        return serials;
    }

    private static long lastIndex() {
        return keys.entries("limit=1").at("/checkpoint/size").asLong() - 1;
    }
}
