package dev.sallyport.executor.control;

import static dev.sallyport.testkit.http.HostileHttp.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.fleet.RunningExecutor;
import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.http.HostileHttp;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Hostile requests of a node and of another service to running control: each is answered, and never by a fault. */
class ControlFuzzTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String CLAIM =
            "{\"offer\":{\"runtimes\":[{\"kind\":\"process\",\"tiers\":[\"C\"],\"executables\":[\"cat\"]}]},"
                    + "\"capacity\":2,\"most\":2,\"wait_ms\":0,"
                    + "\"host\":{\"os\":\"Linux\",\"kernel\":\"6.1\",\"arch\":\"amd64\",\"backend\":\"bubblewrap\"}}";

    private static RunningExecutor control;

    @BeforeAll
    static void start() {
        control = RunningExecutor.control(Map.of());
    }

    @AfterAll
    static void stop() {
        control.close();
    }

    @FuzzTest
    void aNodesRequestsAreAnswered() throws Exception {
        HostileHttp http = HostileHttp.tls(Client.of("node-default-node-1"), port(), ControlFuzzTest::anything);
        Fuzz.target("control-nodes")
                .samples(request("POST", "/internal/v1/claims:take", JSON, CLAIM))
                .words(
                        "/internal/v1/claims/01JD0000000000000000000001:renew",
                        "/internal/v1/claims/01JD0000000000000000000001:finish",
                        "{\"fence\":1}",
                        "{\"fence\":1,\"record\":\"e30=\"}",
                        ":renew",
                        ":finish")
                .refusing(HostileHttp.Refused.class)
                .rounds(300)
                .longest(100_000)
                // A node may wait long for work; that is not what is tried here.
                .run(input -> http.read(new String(input, ISO_8859_1)
                        .replaceAll("\"wait_ms\":[0-9.eE+]{2,}", "\"wait_ms\":9")
                        .getBytes(ISO_8859_1)));
        assertThat(control.post("node-default-node-1", "/internal/v1/claims:take", CLAIM)
                        .statusCode())
                .isEqualTo(200);
    }

    @FuzzTest
    void policyServicesRequestsAreAnswered() {
        Fuzz.target("control-stops")
                .samples(request(
                        "POST",
                        "/internal/v1/executions/01JD0000000000000000000001:stop",
                        JSON,
                        "{\"reason\":\"CANCELLED\"}"))
                .words("FROZEN", "EXPIRED", ":stop")
                .refusing(HostileHttp.Refused.class)
                .rounds(150)
                .longest(100_000)
                .run(HostileHttp.tls(Client.of("policy-service"), port(), ControlFuzzTest::anything));
    }

    private static void anything(HostileHttp.Answer answer) {}

    private static int port() {
        return URI.create(control.internal("/")).getPort();
    }
}
