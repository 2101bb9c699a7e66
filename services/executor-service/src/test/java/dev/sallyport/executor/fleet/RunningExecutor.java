package dev.sallyport.executor.fleet;

import dev.sallyport.executor.ExecutorService;
import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.FleetProperties;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.servicetest.RunningService;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.service.TopicClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.web.client.RestClient;

/** executor-service in one of its roles, as a test talks to it. */
public final class RunningExecutor extends RunningService {
    private RunningExecutor(Map<String, String> properties) {
        super(properties, ExecutorService.class, TestPrincipals.class);
    }

    /** Control with a database and topics of its own. */
    public static RunningExecutor control(Map<String, String> more) {
        Map<String, String> properties = properties("executor-service", Map.of("sallyport.executor.role", "control"));
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

    /** Sends a permit over Kafka as policy-service. */
    public void permit(StatementRecord record) {
        send(StatementType.EXECUTION_PERMIT, "key", record.encode());
    }

    /** Sends bytes over Kafka as policy-service. */
    public void send(StatementType type, String key, byte[] record) {
        TopicClient.send("policy-service", this, type.topic(), key, record);
    }

    /** Statements about the call that control has put into its outbox, oldest first. */
    public List<StatementRecord> published(String proposalId) {
        return jdbc().sql("select record from kit_outbox where subject = :subject order by id")
                .param("subject", "proposal:" + proposalId)
                .query((rs, n) -> {
                    try {
                        return StatementRecord.parse(Objects.requireNonNull(rs.getBytes("record")));
                    } catch (StatementRefusedException impossible) {
                        throw new IllegalStateException(impossible);
                    }
                })
                .list();
    }

    /** The phase of the call's row. */
    public Optional<String> phase(String proposalId) {
        return jdbc().sql("select phase from execution where proposal_id = :id")
                .param("id", proposalId)
                .query(String.class)
                .optional();
    }

    /** POSTs JSON to the internal connector with that identity's certificate. */
    public HttpResponse<String> post(String identity, String path, String json) {
        return internally(identity, "POST", path, json);
    }

    /** GETs from the internal connector with that identity's certificate. */
    public String get(String identity, String path) {
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
        new IdentityInForce(TestFleet.shared().identity(identity), Clock.systemUTC()).registerBundles(bundles);
        FleetClients clients = new FleetClients(
                bundles,
                TestFleet.shared().trust().trustDomain(),
                new FleetProperties(null, null, null, null, null, null, null, null, null),
                RestClient.builder());
        return Objects.requireNonNull(
                clients.client(bean(IdentityInForce.class).spiffeId(), URI.create(internal("")), Duration.ofSeconds(10))
                        .get()
                        .uri(path)
                        .retrieve()
                        .body(String.class));
    }
}
