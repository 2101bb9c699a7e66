package dev.sallyport.embedded;

import java.nio.file.Path;
import java.time.Duration;

/** Makes the fleet's topics and access rules on a broker elsewhere; what exists is left as it is. */
public final class TopicSetup {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private TopicSetup() {}

    /**
     * Waits for the broker, makes what is missing and returns.
     *
     * @param arguments the brokers ({@code host:port}, by commas) and the identity directory of {@code kafka-admin}
     */
    public static void main(String... arguments) {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("Usage: TopicSetup BROKERS IDENTITY");
        }
        try (var administration = new KafkaAdministration(arguments[0], PemFiles.of(Path.of(arguments[1])))) {
            administration.awaitBroker(LIMIT);
            administration.createFleetTopics("", FleetTopics.PARTITIONS);
            System.out.println("topics: "
                    + String.join(
                            ", ", administration.topics().stream().sorted().toList()));
        }
    }
}
