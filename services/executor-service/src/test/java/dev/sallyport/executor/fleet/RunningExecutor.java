package dev.sallyport.executor.fleet;

import dev.sallyport.embedded.KafkaClientSecurity;
import dev.sallyport.executor.ExecutorService;
import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.testkit.EmptyDenylist;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.RestClient;

/** executor-service in one of its roles, as a test talks to it. */
public final class RunningExecutor implements AutoCloseable {
    public final Map<String, String> properties;
    private final ConfigurableApplicationContext context;

    private RunningExecutor(Map<String, String> properties) {
        this.properties = properties;
        EmptyDenylist.leaveIn(state(), TestFleet.shared().identity("vault-service"));
        context = new SpringApplication(ExecutorService.class, TestPrincipals.class)
                .run(properties.entrySet().stream()
                        .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new));
    }

    /** Control with a database and topics of its own. */
    public static RunningExecutor control(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(TestFleet.shared().properties("executor-service"));
        properties.put("sallyport.executor.role", "control");
        properties.putAll(more);
        return new RunningExecutor(properties);
    }

    /** The node {@code default/node-1}, working for that control. */
    public static RunningExecutor node(RunningExecutor control, Path state) throws IOException {
        return node(control, state, Map.of());
    }

    /** The same with these properties more. */
    public static RunningExecutor node(RunningExecutor control, Path state, Map<String, String> more)
            throws IOException {
        Files.createDirectories(state);
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> properties = new HashMap<>();
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("sallyport.public.port", "0");
        properties.put(
                "sallyport.identity.dir",
                TestFleet.shared().identity("node-default-node-1").toString());
        properties.put("sallyport.state.dir", state.toString());
        properties.put("sallyport.executor.role", "node");
        properties.put("sallyport.fleet.executor-url", control.internal(""));
        ToolUser user = TestNodeUser.orNull();
        if (user != null) {
            properties.put("sallyport.node.tool-user", user.uid() + ":" + user.gid());
        }
        properties.putAll(more);
        return new RunningExecutor(properties);
    }

    public Path state() {
        return Path.of(Objects.requireNonNull(properties.get("sallyport.state.dir")));
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    public String internal(String path) {
        return "https://localhost:"
                + Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                        .getPort() + path;
    }

    public String open(String path) {
        return "http://localhost:" + bean(TwoConnectors.class).publicPort() + path;
    }

    /** Sends a permit over Kafka as policy-service. */
    public void permit(StatementRecord record) {
        send(StatementType.EXECUTION_PERMIT, "key", record.encode());
    }

    /** Sends bytes over Kafka as policy-service. */
    public void send(StatementType type, String key, byte[] record) {
        Map<String, Object> config =
                new HashMap<>(KafkaClientSecurity.of(TestFleet.shared().tls("policy-service")));
        config.put("bootstrap.servers", Objects.requireNonNull(properties.get("spring.kafka.bootstrap-servers")));
        config.put("max.request.size", 2 << 20);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            properties.get("sallyport.kafka.topic-prefix") + type.topic(), key, record))
                    .get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Statements about the call that control has put into its outbox, oldest first. */
    public List<StatementRecord> published(String proposalId) {
        return bean(JdbcClient.class)
                .sql("select record from kit_outbox where subject = :subject order by id")
                .param("subject", "proposal:" + proposalId)
                .query((rs, n) -> {
                    try {
                        return StatementRecord.parse(Objects.requireNonNull(rs.getBytes("record")));
                    } catch (StatementRefusedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .list();
    }

    /** The phase of the call's row. */
    public Optional<String> phase(String proposalId) {
        return bean(JdbcClient.class)
                .sql("select phase from execution where proposal_id = :id")
                .param("id", proposalId)
                .query(String.class)
                .optional();
    }

    /** POSTs JSON to the internal connector with that identity's certificate. */
    public HttpResponse<String> post(String identity, String path, String json) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(tls(identity)).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(internal(path)))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(json))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Sends JSON to the public connector with a token. */
    public HttpResponse<String> withToken(String token, String method, String path, String json) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(open(path)))
                            .header("Content-Type", "application/json")
                            .header("Authorization", "Bearer " + token)
                            .method(method, HttpRequest.BodyPublishers.ofString(json))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** GETs from the internal connector with that identity's certificate. */
    public String get(String identity, String path) {
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
        new IdentityInForce(TestFleet.shared().identity(identity), Clock.systemUTC()).registerBundles(bundles);
        FleetClients clients = new FleetClients(
                bundles,
                TestFleet.shared().trust().trustDomain(),
                new FleetProperties(null, null, null, null, null, null, null),
                RestClient.builder());
        return Objects.requireNonNull(
                clients.client(bean(IdentityInForce.class).spiffeId(), URI.create(internal("")), Duration.ofSeconds(10))
                        .get()
                        .uri(path)
                        .retrieve()
                        .body(String.class));
    }

    private static SSLContext tls(String identity) {
        return TlsContexts.of(IdentityDirectory.load(TestFleet.shared().identity(identity), Instant.now()));
    }

    @Override
    public void close() {
        context.close();
    }
}
