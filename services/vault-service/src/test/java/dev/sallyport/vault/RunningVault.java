package dev.sallyport.vault;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** vault-service of the test fleet with a database and topics of its own. */
final class RunningVault implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.builder().build();

    final Map<String, String> properties;
    private ConfigurableApplicationContext context;

    private RunningVault(Map<String, String> properties) {
        this.properties = properties;
        this.context = run(properties);
    }

    static Map<String, String> newProperties() {
        Map<String, String> properties = new HashMap<>(TestFleet.shared().properties("vault-service"));
        properties.put(
                "sallyport.vault.issuing-dir",
                TestFleet.shared().ca().layout().issuing().toString());
        return properties;
    }

    static RunningVault start() {
        return new RunningVault(newProperties());
    }

    static RunningVault start(Map<String, String> more) {
        Map<String, String> properties = newProperties();
        properties.putAll(more);
        return new RunningVault(properties);
    }

    static ConfigurableApplicationContext run(Map<String, String> properties) {
        return new SpringApplication(VaultService.class, TestAccess.class)
                .run(properties.entrySet().stream()
                        .map(e -> "--" + e.getKey() + "=" + e.getValue())
                        .toArray(String[]::new));
    }

    void restart() {
        context.close();
        context = run(properties);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    JdbcClient database() {
        return bean(JdbcClient.class);
    }

    @Override
    public void close() {
        context.close();
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
            return new String(body, java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    /** A request to the internal connector with the certificate of that identity directory. */
    Answer as(String identity, String method, String path, @Nullable Object json) throws Exception {
        return as(IdentityDirectory.load(TestFleet.shared().identity(identity), Instant.now()), method, path, json);
    }

    Answer as(WorkloadIdentity identity, String method, String path, @Nullable Object json) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(TlsContexts.of(identity)).build()) {
            return send(client, internal(path), method, Map.of("Content-Type", "application/json"), bytes(json));
        }
    }

    /** A client that keeps its connection. */
    HttpClient client(WorkloadIdentity identity) throws Exception {
        return HttpClient.newBuilder().sslContext(TlsContexts.of(identity)).build();
    }

    /** A request to the public connector with that token. */
    Answer with(@Nullable String token, String method, String path, @Nullable Object json) throws Exception {
        return with(token, method, path, Map.of("Content-Type", "application/json"), bytes(json));
    }

    Answer with(@Nullable String token, String method, String path, Map<String, String> headers, byte[] body)
            throws Exception {
        Map<String, String> all = new HashMap<>(headers);
        if (token != null) {
            all.put("Authorization", "Bearer " + token);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            String url = "http://localhost:" + bean(TwoConnectors.class).publicPort() + path;
            return send(client, URI.create(url), method, all, body);
        }
    }

    Answer put(String token, String name, byte[] value, Map<String, String> headers) throws Exception {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/octet-stream");
        return with(token, "PUT", "/v1/secrets/" + name, all, value);
    }

    static Answer send(HttpClient client, URI url, String method, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(
                response.statusCode(), response.body(), response.headers().map());
    }

    URI internal(String path) {
        int port = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
        return URI.create("https://localhost:" + port + path);
    }

    /** Every statement that the service has made, verified as a consumer would. */
    List<VerifiedRecord> statements() {
        StatementVerifier verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        List<VerifiedRecord> verified = new ArrayList<>();
        for (byte[] record : records()) {
            try {
                verified.add(verifier.verify(StatementRecord.parse(record)));
            } catch (StatementRefusedException e) {
                throw new AssertionError(e);
            }
        }
        return verified;
    }

    List<byte[]> records() {
        return database()
                .sql("select record from kit_outbox order by id")
                .query((rs, n) -> rs.getBytes("record"))
                .list();
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

    static Path identity(String name) {
        return TestFleet.shared().identity(name);
    }
}
