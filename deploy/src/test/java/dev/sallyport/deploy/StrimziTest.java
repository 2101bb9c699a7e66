package dev.sallyport.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.embedded.FleetTopics;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Topics and access rules that Strimzi keeps are those that the fleet makes by itself elsewhere. */
class StrimziTest {
    /** Three brokers: a record counts when two have it. */
    private static final String IN_SYNC = "min.insync.replicas";

    @Test
    void topicsHaveTheSettingsThatTheFleetGivesThemElsewhere() {
        Map<String, Map<String, String>> expected = new TreeMap<>();
        topics().forEach(topic -> {
            Map<String, String> settings = new HashMap<>(FleetTopics.settings(topic.name()));
            settings.put(IN_SYNC, "2");
            settings.put("partitions", Integer.toString(FleetTopics.PARTITIONS));
            settings.put("replicas", "3");
            expected.put(topic.name(), settings);
        });
        Map<String, Map<String, String>> found = new TreeMap<>();
        for (JsonNode topic : Rendered.ofKind(Rendered.of("strimzi-cnpg"), "KafkaTopic")) {
            JsonNode spec = topic.path("spec");
            Map<String, String> settings = new HashMap<>();
            spec.path("config")
                    .properties()
                    .forEach(each -> settings.put(each.getKey(), each.getValue().asString()));
            settings.put("partitions", spec.path("partitions").asString());
            settings.put("replicas", spec.path("replicas").asString());
            found.put(spec.path("topicName").asString(), settings);
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void whoWritesAndReadsIsWhoDoesElsewhere() {
        Map<String, Map<String, Set<String>>> expected = new TreeMap<>();
        topics().forEach(topic -> {
            topic.writers().forEach(writer -> grant(expected, writer, topic.name(), "Write"));
            topic.readers().forEach(reader -> grant(expected, reader, topic.name(), "Read"));
        });
        Map<String, Map<String, Set<String>>> found = new TreeMap<>();
        for (JsonNode user : Rendered.ofKind(Rendered.of("strimzi-cnpg"), "KafkaUser")) {
            String name = user.at("/metadata/name").asString();
            for (JsonNode rule : user.at("/spec/authorization/acls")) {
                String on = rule.at("/resource/name").asString();
                if (rule.at("/resource/type").asString().equals("group")) {
                    assertThat(on).isEqualTo(name);
                    continue;
                }
                assertThat(rule.at("/resource/patternType").asString()).isEqualTo("literal");
                rule.path("operations").forEach(operation -> grant(found, name, on, operation.asString()));
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    private static Stream<FleetTopics.Topic> topics() {
        return FleetTopics.all().stream().flatMap(topic -> Stream.of(topic, FleetTopics.deadLetters(topic)));
    }

    private static void grant(Map<String, Map<String, Set<String>>> to, String who, String topic, String operation) {
        Set<String> operations =
                to.computeIfAbsent(who, _ -> new TreeMap<>()).computeIfAbsent(topic, _ -> new TreeSet<>());
        operations.add(operation);
        operations.add("Describe");
    }
}
