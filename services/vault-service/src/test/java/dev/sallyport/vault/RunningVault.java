package dev.sallyport.vault;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.servicetest.RunningService;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** vault-service of the test fleet with a database and topics of its own. */
final class RunningVault extends RunningService {
    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Map<String, String> IS_JSON = Map.of("Content-Type", "application/json");

    RunningVault(Map<String, String> properties) {
        super(properties, VaultService.class, TestAccess.class);
    }

    static Map<String, String> newProperties() {
        String issuing = TestFleet.shared().ca().layout().issuing().toString();
        return properties("vault-service", Map.of("sallyport.vault.issuing-dir", issuing));
    }

    static RunningVault start() {
        return start(Map.of());
    }

    static RunningVault start(Map<String, String> more) {
        Map<String, String> properties = newProperties();
        properties.putAll(more);
        return new RunningVault(properties);
    }

    /** What came back. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int status, byte[] body, Map<String, List<String>> headers) {
        JsonNode json() {
            return JSON.readTree(body);
        }

        String code() {
            return json().path("code").asString("");
        }

        String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }
    }

    /** A request to the internal connector with the certificate of that identity directory. */
    Answer as(String identity, String method, String path, @Nullable Object json) {
        return as(IdentityDirectory.load(TestFleet.shared().identity(identity), Instant.now()), method, path, json);
    }

    Answer as(WorkloadIdentity identity, String method, String path, @Nullable Object json) {
        return as(Client.of(identity), method, path, json);
    }

    /** The same over a connection that its client keeps. */
    Answer as(Client client, String method, String path, @Nullable Object json) {
        return send(client, internal(path), method, IS_JSON, bytes(json));
    }

    /** A request to the public connector with that token. */
    Answer with(@Nullable String token, String method, String path, @Nullable Object json) {
        return with(token, method, path, IS_JSON, bytes(json));
    }

    Answer with(@Nullable String token, String method, String path, Map<String, String> headers, byte[] body) {
        Map<String, String> all = new HashMap<>(headers);
        if (token != null) {
            all.put("Authorization", "Bearer " + token);
        }
        return send(Client.anonymous(), open(path), method, all, body);
    }

    Answer put(String token, String name, byte[] value, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/octet-stream");
        return with(token, "PUT", "/v1/secrets/" + name, all, value);
    }

    private static Answer send(Client client, String url, String method, Map<String, String> headers, byte[] body) {
        List<String> flat = new ArrayList<>();
        headers.forEach((name, value) -> flat.addAll(List.of(name, value)));
        HttpResponse<byte[]> response = client.exchange(method, url, body, flat.toArray(String[]::new));
        return new Answer(
                response.statusCode(), response.body(), response.headers().map());
    }

    List<Audit> audits(AuditEvent event) {
        return statements().stream()
                .map(record -> record.predicate(Audit.class))
                .filter(audit -> audit.event() == event)
                .toList();
    }

    private static byte[] bytes(@Nullable Object json) {
        return json == null ? new byte[0] : JSON.writeValueAsBytes(json);
    }
}
