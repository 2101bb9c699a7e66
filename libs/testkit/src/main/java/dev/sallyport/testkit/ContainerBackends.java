package dev.sallyport.testkit;

import dev.sallyport.embedded.PostgresAdministration;
import java.util.function.Supplier;

/** The same servers from container images, configured alike. Without a container engine it fails. */
final class ContainerBackends implements FleetBackends {
    private final Supplier<PostgresContainer> postgres;
    private final Supplier<KafkaContainer> kafka;

    ContainerBackends() {
        postgres = Lazy.of(() -> {
            var server = PostgresContainer.start(TestFleet.shared().tls("postgresql"));
            AtExit.close(server);
            return server;
        });
        kafka = Lazy.of(() -> {
            var broker = KafkaContainer.start(TestFleet.shared().tls("kafka"));
            AtExit.close(broker);
            return broker;
        });
    }

    @Override
    public String kind() {
        return "containers";
    }

    @Override
    public PostgresBackend postgres() {
        PostgresContainer server = postgres.get();
        PostgresAdministration administration = server.administration();
        return purpose -> FreshNames.database(purpose, administration, server::jdbcUrl);
    }

    @Override
    public KafkaBackend kafka() {
        return new KafkaBackend(
                kafka.get().bootstrapServers(), TestFleet.shared().tls("kafka-admin"));
    }

    @Override
    public void renewTls() {
        throw new UnsupportedOperationException(
                "the containers keep the certificates that they started with; run with -Dfleet.backends=embedded");
    }
}
