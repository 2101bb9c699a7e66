package dev.sallyport.testkit;

import dev.sallyport.embedded.PemFiles;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.statements.trust.TrustRoots;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A whole fleet's identities in a folder of this JVM, made by the code behind {@code sallyport ca init}: five services,
 * PostgreSQL, Kafka, the node {@code default/node-1} and the device {@code owner}.
 */
public final class TestFleet {
    private static final Supplier<TestFleet> SHARED =
            Lazy.of(() -> new TestFleet(TestHome.shared().folder().resolve("fleet")));

    private final FleetCa ca;

    private TestFleet(Path home) {
        this.ca = FleetCa.init(home, FleetPlan.oneMachine(), Clock.systemUTC());
    }

    /** The fleet that this JVM's backends belong to. */
    public static TestFleet shared() {
        return SHARED.get();
    }

    /** The fleet's folder, as {@code sallyport ca init} leaves it. */
    public Path home() {
        return ca.layout().directory();
    }

    /** The fleet's authorities, to issue further certificates and to look at. */
    public FleetCa ca() {
        return ca;
    }

    /** What everybody in the fleet pins. */
    public TrustRoots trust() {
        return ca.trust();
    }

    /**
     * An identity directory by its folder's name: {@code policy-service} …, {@code kafka}, {@code kafka-admin}, {@code
     * postgresql}, {@code node-default-node-1}, {@code owner}, and what a test has issued since.
     */
    public Path identity(String name) {
        Path directory = ca.layout().identities().resolve(name);
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("The test fleet has no identity " + name);
        }
        return directory;
    }

    /** Issues the first certificates of a workload that the plan for one machine has not, if it has none yet. */
    public Path issue(FleetPlan.Workload workload) {
        synchronized (ca) {
            ca.issueMissing(FleetPlan.oneMachine().and(workload));
        }
        return ca.layout().identity(workload.kind(), workload.names());
    }

    /** The TLS files of an identity. */
    public PemFiles tls(String name) {
        return PemFiles.of(identity(name));
    }

    /**
     * Configuration of a service under test: its identity, a fresh database, fresh topics, free ports. URLs of the
     * other services are the test's own to add.
     *
     * @param service {@code policy-service} and so on
     */
    public Map<String, String> properties(String service) {
        FleetBackends backends = FleetBackends.shared();
        var database = backends.postgres().freshDatabase(service);
        KafkaBackend kafka = backends.kafka();
        return Map.ofEntries(
                Map.entry("server.port", "0"),
                Map.entry("server.address", "127.0.0.1"),
                Map.entry("sallyport.public.port", "0"),
                Map.entry("sallyport.identity.dir", identity(service).toString()),
                Map.entry(
                        "sallyport.state.dir",
                        TestHome.shared().freshFolder(service).toString()),
                Map.entry("sallyport.kafka.topic-prefix", kafka.freshTopics()),
                Map.entry("spring.kafka.bootstrap-servers", kafka.bootstrapServers()),
                // A service shows its own certificate.
                Map.entry("spring.datasource.url", database.jdbcUrl().replaceFirst("&sslcert=.*", "")),
                Map.entry("spring.datasource.username", database.user()),
                Map.entry("spring.datasource.password", database.password()));
    }

    /** The URL of a service's database as a test shows it, which brings a certificate of its own. */
    public String databaseUrl(String serviceUrl) {
        PemFiles files = tls("policy-service");
        return serviceUrl + "&sslcert=" + files.certificateChain() + "&sslkey=" + files.privateKey()
                + "&pemKeyAlgorithm=EC";
    }
}
