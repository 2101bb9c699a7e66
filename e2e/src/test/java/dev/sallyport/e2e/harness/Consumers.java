package dev.sallyport.e2e.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;

/** The services as consumers of the broker: what they have still to read, and how to keep them from reading. */
public final class Consumers {
    private static final Map<String, List<String>> READERS = Map.of(
            "policy-service", List.of("ApprovalResolved", "ToolExecuted", "AuditRecorded"),
            "approval-service", List.of("ApprovalRequested", "AuditRecorded"),
            "executor-service", List.of("ToolPermitted", "AuditRecorded"),
            "attestation-service", RawKafka.TOPICS);

    private final RawKafka kafka;
    private final Path logs;

    /** The consumers of the fleet whose broker that is. */
    public Consumers(Fleet fleet, RawKafka kafka) {
        this.kafka = kafka;
        this.logs = fleet.home().resolve("logs");
    }

    /** The services read nothing from now on, as if they were slow, and go on with everything else. */
    public void withhold(String... services) {
        Map<String, Integer> logged = new HashMap<>();
        for (String service : services) {
            logged.put(service, log(service).length());
        }
        try (Admin admin = kafka.admin()) {
            RawKafka.get(admin.createAcls(refusals(services)).all());
        }
        // A request for more that was under way is still answered.
        Awaitility.await("the services to be refused")
                .atMost(Duration.ofMinutes(2))
                .until(() -> logged.entrySet().stream()
                        .allMatch(service -> isRefused(
                                service.getKey(), log(service.getKey()).substring(service.getValue()))));
    }

    private static boolean isRefused(String service, String log) {
        String reader = service.equals("attestation-service") ? "\"intake\"" : "\"inbox-1\"";
        return log.lines()
                .anyMatch(line -> line.contains(reader) && line.contains("Not authorized to read from partition"));
    }

    private String log(String service) {
        return Fleet.read(logs.resolve(service + ".log"));
    }

    /** Ends {@link #withhold}. */
    public void giveBack(String... services) {
        try (Admin admin = kafka.admin()) {
            RawKafka.get(admin.deleteAcls(refusals(services).stream()
                            .map(AclBinding::toFilter)
                            .toList())
                    .all());
        }
    }

    private static List<AclBinding> refusals(String... services) {
        List<AclBinding> refusals = new ArrayList<>();
        for (String service : services) {
            for (String topic : Objects.requireNonNull(READERS.get(service))) {
                refusals.add(new AclBinding(
                        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                        new AccessControlEntry("User:" + service, "*", AclOperation.READ, AclPermissionType.DENY)));
            }
        }
        return refusals;
    }

    /** How many records the services have still to read, by {@code group topic-partition}; empty when there is none. */
    public Map<String, Long> lags() {
        try (Admin admin = kafka.admin()) {
            Map<String, Long> lags = new LinkedHashMap<>();
            for (Map.Entry<String, List<String>> group : READERS.entrySet()) {
                Map<TopicPartition, OffsetAndMetadata> committed = RawKafka.get(
                        admin.listConsumerGroupOffsets(group.getKey()).partitionsToOffsetAndMetadata());
                Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
                for (String topic : group.getValue()) {
                    for (int partition = 0; partition < RawKafka.PARTITIONS; partition++) {
                        asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
                    }
                }
                Map<TopicPartition, ListOffsetsResultInfo> ends =
                        RawKafka.get(admin.listOffsets(asked).all());
                ends.forEach((partition, end) -> {
                    OffsetAndMetadata read = committed.get(partition);
                    long lag = end.offset() - (read == null ? 0 : read.offset());
                    if (lag > 0) {
                        lags.put(group.getKey() + " " + partition, lag);
                    }
                });
            }
            return lags;
        }
    }
}
