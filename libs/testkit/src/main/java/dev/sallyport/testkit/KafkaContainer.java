package dev.sallyport.testkit;

import dev.sallyport.embedded.BrokerConfiguration;
import dev.sallyport.embedded.PemFiles;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** Kafka from an image ({@code -Dfleet.kafka.image}), with the embedded broker's own configuration. */
final class KafkaContainer implements AutoCloseable {
    private static final int CONTROLLER_PORT = 9093;
    private static final String CLUSTER_ID = "sallyporttestcluster00";

    private final GenericContainer<?> container;
    private final int port;

    private KafkaContainer(GenericContainer<?> container, int port) {
        this.container = container;
        this.port = port;
    }

    static KafkaContainer start(PemFiles tls) {
        // The broker tells clients its port, so inside and outside must be the same.
        int port = FreePort.find();
        String configuration = new BrokerConfiguration(
                        "0.0.0.0",
                        "localhost",
                        port,
                        CONTROLLER_PORT,
                        "/tmp/kafka-data",
                        "/etc/fleet/broker.pem",
                        "/etc/fleet/authorities.pem",
                        null)
                .text()
                // The image has no class of ours; a test's broker does not outlive its certificate.
                .replaceFirst("(?m)^ssl\\.engine\\.factory\\.class=.*\\R", "");
        var identity = new ByteArrayOutputStream();
        identity.writeBytes(PostgresContainer.read(tls.privateKey()));
        identity.writeBytes(PostgresContainer.read(tls.certificateChain()));
        var container = new GenericContainer<>(
                        DockerImageName.parse(System.getProperty("fleet.kafka.image", "apache/kafka:4.2.1")))
                .withCopyToContainer(Transferable.of(identity.toByteArray(), 0644), "/etc/fleet/broker.pem")
                .withCopyToContainer(
                        Transferable.of(PostgresContainer.read(tls.authorities()), 0644), "/etc/fleet/authorities.pem")
                .withCopyToContainer(Transferable.of(configuration, 0644), "/etc/fleet/server.properties")
                // Not withCommand, which takes a line apart at its spaces.
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("/bin/sh", "-c")
                        .withCmd("/opt/kafka/bin/kafka-storage.sh format --config /etc/fleet/server.properties"
                                + " --cluster-id " + CLUSTER_ID
                                + " && exec /opt/kafka/bin/kafka-server-start.sh /etc/fleet/server.properties"))
                .waitingFor(
                        Wait.forLogMessage(".*Kafka Server started.*", 1).withStartupTimeout(Duration.ofMinutes(10)));
        container.setPortBindings(List.of("127.0.0.1:" + port + ":" + port));
        container.start();
        return new KafkaContainer(container, port);
    }

    String bootstrapServers() {
        return "localhost:" + port;
    }

    @Override
    public void close() {
        container.stop();
    }
}
