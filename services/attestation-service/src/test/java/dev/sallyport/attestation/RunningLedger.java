package dev.sallyport.attestation;

import static org.awaitility.Awaitility.await;

import dev.sallyport.servicetest.RunningService;
import dev.sallyport.testkit.Client;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** attestation-service on real backends. */
final class RunningLedger extends RunningService {
    RunningLedger(Map<String, String> properties) {
        super(properties, AttestationService.class, TestCallers.class);
    }

    /** Readings are told of when a test ends their period ({@link #tellOfReadings}), not in the middle of another. */
    static RunningLedger start() {
        return new RunningLedger(properties(
                "attestation-service",
                Map.of(
                        "sallyport.ledger.reading-period",
                        "20000d",
                        "sallyport.fleet.approval-public-url",
                        "https://approval.example")));
    }

    /** Ends the period of all readings so far, and waits until the log tells of them. */
    void tellOfReadings() {
        JdbcClient jdbc = bean(JdbcClient.class);
        jdbc.sql("update reading set ends_at = began_at").update();
        await().atMost(Traffic.SOON)
                .until(() -> jdbc.sql("select count(*) from reading where ends_at = began_at")
                                .query(Long.class)
                                .single()
                        == 0);
    }

    /** A second replica on the same database and topics, with a folder of its own. */
    RunningLedger replica(Map<String, String> more) {
        Map<String, String> other = new HashMap<>(properties);
        other.putAll(more);
        return new RunningLedger(other);
    }

    HttpResponse<byte[]> get(String path, String token) {
        String[] headers = token.isEmpty() ? new String[0] : new String[] {"Authorization", "Bearer " + token};
        return Client.anonymous().exchange("GET", open(path), new byte[0], headers);
    }

    /** Over the internal connector with the service's own certificate: a POST of the body, a GET without one. */
    HttpResponse<byte[]> internally(String path, String body) {
        byte[] sent = body.getBytes(StandardCharsets.UTF_8);
        return Client.of("attestation-service")
                .exchange(body.isEmpty() ? "GET" : "POST", internal(path), sent, "Content-Type", "application/json");
    }

    String text(String path, String token) {
        HttpResponse<byte[]> response = get(path, token);
        String body = new String(response.body(), StandardCharsets.UTF_8);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " answered " + response.statusCode() + ": " + body);
        }
        return body;
    }
}
