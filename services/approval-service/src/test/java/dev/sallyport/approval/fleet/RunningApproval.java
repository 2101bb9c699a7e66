package dev.sallyport.approval.fleet;

import dev.sallyport.approval.ApprovalService;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.testkit.EmptyDenylist;
import dev.sallyport.testkit.TestFleet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** approval-service on a real PostgreSQL and Kafka, with the test as the rest of the fleet. */
public final class RunningApproval implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60);

    public final PolicyService policy;
    public final Kafka kafka;
    private final Map<String, String> properties;
    private ConfigurableApplicationContext context;

    private static final class Shared {
        static final RunningApproval INSTANCE = start(Map.of());
    }

    /** One for all tests that need no configuration of their own; it ends with the JVM. */
    public static RunningApproval shared() {
        return Shared.INSTANCE;
    }

    /** One with a database and topics of its own. */
    public static RunningApproval start(Map<String, String> more) {
        return new RunningApproval(more);
    }

    private RunningApproval(RunningApproval first) {
        policy = first.policy;
        kafka = first.kafka;
        properties = first.properties;
        context = run();
    }

    private RunningApproval(Map<String, String> more) {
        policy = new PolicyService();
        properties = new HashMap<>(TestFleet.shared().properties("approval-service"));
        properties.put("sallyport.fleet.policy-url", policy.url());
        properties.put("sallyport.fleet.attestation-url", "https://localhost:1");
        properties.put("sallyport.fleet.vault-url", "https://localhost:1");
        properties.put("logging.structured.format.console", "");
        properties.putAll(more);
        EmptyDenylist.leaveIn(
                Path.of(String.valueOf(properties.get("sallyport.state.dir"))),
                TestFleet.shared().identity("vault-service"));
        kafka = new Kafka(properties);
        context = run();
    }

    private ConfigurableApplicationContext run() {
        return new SpringApplication(ApprovalService.class)
                .run(properties.entrySet().stream()
                        .map(property -> "--" + property.getKey() + "=" + property.getValue())
                        .toArray(String[]::new));
    }

    /** Starts a second replica beside this one; stop it with {@link #stop()}. */
    public RunningApproval replica() {
        return new RunningApproval(this);
    }

    /** Stops this replica and leaves everything else as it is. */
    public void stop() {
        context.close();
    }

    /** Starts it again with the same database and topics. */
    public void startAgain() {
        context = run();
    }

    /** A bean of the service. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** The service's context. */
    public ConfigurableApplicationContext context() {
        return context;
    }

    /** An address on the internal connector. */
    public String internal(String path) {
        int port = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
        return "https://localhost:" + port + path;
    }

    /** An address on the public connector. */
    public String open(String path) {
        return "http://localhost:" + bean(TwoConnectors.class).publicPort() + path;
    }

    /** Sends the call's request and waits until it is known. */
    public AskedCall ask(AskedCall.Builder builder) {
        AskedCall call = builder.build();
        send(call);
        Awaitility.await().atMost(SOON).until(() -> !state(call).equals("none"));
        return call;
    }

    /** Sends the call's request. */
    public void send(AskedCall call) {
        kafka.send(
                StatementType.APPROVAL_REQUESTED,
                call.proposalId,
                call.request().encode());
    }

    /** The state in the database; {@code none} without a record. */
    public String state(AskedCall call) {
        return bean(JdbcClient.class)
                .sql("select state from approval_record where workspace_id = :workspace and id = :id")
                .param("workspace", call.workspaceId)
                .param("id", call.approvalId)
                .query(String.class)
                .optional()
                .orElse("none");
    }

    /** What was published about this call, verified as its consumers do; waits for the first. */
    public List<ApprovalResolved> resolutions(AskedCall call) {
        var verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        return kafka.read("policy-service", StatementType.APPROVAL_RESOLVED.topic(), SOON).stream()
                .map(record -> verified(verifier, record.value()))
                .filter(record -> record.statement().subject().name().equals("proposal:" + call.proposalId))
                .map(record -> record.predicate(ApprovalResolved.class))
                .toList();
    }

    /** The approval ids of everything published about these calls so far, one for each statement. */
    public List<String> resolutionsPublished(List<AskedCall> calls) {
        var verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        List<String> ids = calls.stream().map(call -> call.approvalId).toList();
        return kafka.read("policy-service", StatementType.APPROVAL_RESOLVED.topic(), SOON).stream()
                .map(record -> verified(verifier, record.value())
                        .predicate(ApprovalResolved.class)
                        .approvalId())
                .filter(ids::contains)
                .toList();
    }

    private static VerifiedRecord verified(StatementVerifier verifier, byte[] record) {
        try {
            return verifier.verify(StatementType.APPROVAL_RESOLVED, record);
        } catch (StatementRefusedException e) {
            throw new AssertionError("a consumer would refuse what was published", e);
        }
    }

    @Override
    public void close() {
        context.close();
        kafka.close();
        policy.close();
    }
}
