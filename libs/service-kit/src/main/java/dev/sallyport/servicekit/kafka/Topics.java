package dev.sallyport.servicekit.kafka;

import dev.sallyport.statements.predicate.StatementType;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The names of the topics in this installation.
 *
 * @param topicPrefix put before every topic's name; default empty
 */
@ConfigurationProperties("sallyport.kafka")
public record Topics(@DefaultValue("") String topicPrefix) {
    /** Where records that can never be valid go. */
    private static final String DEAD_LETTERS = ".dlt";

    /** The topic that carries these statements. */
    public String of(StatementType type) {
        return topicPrefix + type.topic();
    }

    /** The type that this topic carries; empty for a topic that is none of ours. */
    public Optional<StatementType> typeOf(String topic) {
        return topic.startsWith(topicPrefix)
                ? StatementType.ofTopic(topic.substring(topicPrefix.length()))
                : Optional.empty();
    }

    /** The consumer group of a service; it begins with the service's name, which Kafka's access rules go by. */
    public String groupOf(String service) {
        return topicPrefix.isEmpty() ? service : service + "." + topicPrefix;
    }

    /** The topic for what can never be valid in this one. */
    public static String deadLettersOf(String topic) {
        return topic + DEAD_LETTERS;
    }
}
