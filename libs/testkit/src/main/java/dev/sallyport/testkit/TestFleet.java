package dev.sallyport.testkit;

import dev.sallyport.embedded.PemFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** One fleet's identities for the tests of this JVM, in the folders that a real fleet has. */
public final class TestFleet {

    private static final Supplier<TestFleet> SHARED =
            Lazy.of(() -> new TestFleet(TestHome.shared().folder().resolve("fleet")));

    private final Path home;
    private final TestPki pki = new TestPki();
    private final Map<String, Path> identities = new HashMap<>();

    private TestFleet(Path home) {
        this.home = home;
    }

    /** The fleet that this JVM's backends belong to. */
    public static TestFleet shared() {
        return SHARED.get();
    }

    /** The identity directory of a service ({@code policy-service} …), backend ({@code kafka} …), node or device. */
    public synchronized Path identity(String name) {
        return identities.computeIfAbsent(name, missing -> {
            Path folder = home.resolve("identities").resolve(missing);
            pki.issue(missing, "spiffe://test/service/" + missing, folder);
            return folder;
        });
    }

    /** The TLS files of an identity. */
    public PemFiles tls(String name) {
        Path tls = identity(name).resolve("tls");
        return new PemFiles(tls.resolve("tls.crt"), tls.resolve("tls.key"), tls.resolve("ca.crt"));
    }

    /**
     * Configuration of a service under test: its identity, a fresh database, fresh topics, free ports.
     *
     * @param service {@code policy-service} and so on
     */
    public Map<String, String> properties(String service) {
        FleetBackends backends = FleetBackends.shared();
        var database = backends.postgres().freshDatabase(service);
        KafkaBackend kafka = backends.kafka();
        return Map.of(
                "server.port", "0",
                "server.address", "127.0.0.1",
                "sallyport.public.port", "0",
                "sallyport.identity.dir", identity(service).toString(),
                "sallyport.state.dir", TestHome.shared().freshFolder(service).toString(),
                "sallyport.kafka.topic-prefix", kafka.freshTopics(),
                "spring.kafka.bootstrap-servers", kafka.bootstrapServers(),
                "spring.datasource.url", database.jdbcUrl(),
                "spring.datasource.username", database.user(),
                "spring.datasource.password", database.password());
    }
}
