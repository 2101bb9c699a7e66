package dev.sallyport.testkit;

import dev.sallyport.embedded.KafkaAdministration;
import dev.sallyport.embedded.PemFiles;

/**
 * A running Kafka broker: client certificates required, access rules in force.
 *
 * @param bootstrapServers {@code host:port} for clients
 * @param administratorTls the administrator's certificate and key, and the roots of the broker's
 */
public record KafkaBackend(String bootstrapServers, PemFiles administratorTls) {
    /** Makes the fleet's topics under a new prefix, with the fleet's access rules, and returns the prefix. */
    public String freshTopics() {
        try (KafkaAdministration administration = administration()) {
            return FreshNames.topics(administration);
        }
    }

    /** An administrator's connection; the caller closes it. */
    public KafkaAdministration administration() {
        return new KafkaAdministration(bootstrapServers, administratorTls);
    }
}
