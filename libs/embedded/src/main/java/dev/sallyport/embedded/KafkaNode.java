package dev.sallyport.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The broker and controller of a container: the embedded broker's own configuration, reached by a name of the network. Its
 * certificate is read where the fleet's directory has it, and read again whenever that has been renewed.
 */
public final class KafkaNode {
    private static final int CLIENT_PORT = 9092;
    private static final int CONTROLLER_PORT = 9093;

    private KafkaNode() {}

    /**
     * Runs until it is told to stop.
     *
     * @param arguments the broker's own folder, its identity directory, the name that clients reach it by, internal
     *     base URL of vault-service
     */
    public static void main(String... arguments) throws IOException {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("Usage: KafkaNode FOLDER IDENTITY HOST VAULT_URL");
        }
        Path home = Path.of(arguments[0]);
        Path identity = Path.of(arguments[1]);
        Path tls = identity.resolve("tls");
        String configuration = new BrokerConfiguration(
                        "0.0.0.0",
                        arguments[2],
                        CLIENT_PORT,
                        CONTROLLER_PORT,
                        home.resolve("data").toString(),
                        tls.resolve("tls.pem").toString(),
                        tls.resolve("ca.crt").toString(),
                        new BrokerConfiguration.Revocation(
                                identity, URI.create(arguments[3]), home.resolve("denylist.json")))
                .text();
        OsUser self = OsUser.current();
        Path file = PrivateFiles.write(
                home.resolve("server.properties"), configuration.getBytes(StandardCharsets.UTF_8), self);
        EmbeddedKafka.main(file.toString(), ClusterId.keptIn(home, self));
    }
}
