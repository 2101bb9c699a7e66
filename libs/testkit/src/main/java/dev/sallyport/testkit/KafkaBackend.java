package dev.sallyport.testkit;

import dev.sallyport.embedded.KafkaAdministration;

/** A Kafka broker: client certificates required, access rules in force. */
public interface KafkaBackend {

    /** {@code host:port} for clients. */
    String bootstrapServers();

    /** Makes the fleet's topics under a new prefix, with the fleet's access rules, and returns the prefix. */
    String freshTopics();

    /** An administrator's connection; the caller closes it. */
    KafkaAdministration administration();
}
