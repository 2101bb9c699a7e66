package dev.sallyport.embedded;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The fleet's topics, who may write and who may read each: the same rules on every broker, embedded or not. */
public final class FleetTopics {
    /** Suffix of the topic for records of a topic that can never be valid. */
    public static final String DEAD_LETTER_SUFFIX = ".dlt";

    /** Partitions of every topic in a cluster: as many consumers of a service may share the work. */
    public static final int PARTITIONS = 12;

    /**
     * Partitions of every topic where the whole fleet is on one machine. Whoever waits for records waits at each partition,
     * which costs the broker something with each record.
     */
    public static final int PARTITIONS_ON_ONE_MACHINE = 4;

    /** How long records are kept: 7 days, in ms. */
    public static final long RETENTION_MILLIS = 7L * 24 * 60 * 60 * 1000;

    /** Largest batch in bytes: a record of 1 MiB with its key, headers and batch overhead. */
    public static final int MAX_MESSAGE_BYTES = 1024 * 1024 + 128 * 1024;

    /** Room in the dead letters for what is written beside the record. */
    static final int MAX_LETTER_BYTES = MAX_MESSAGE_BYTES + 64 * 1024;

    /**
     * The rules of one topic, by the principals' names (the CN of their certificates).
     *
     * @param name without the prefix
     * @param writers who may write
     * @param readers who may read; a reader may also write the topic's dead letters
     */
    public record Topic(String name, Set<String> writers, Set<String> readers) {}

    private static final String POLICY = "policy-service";
    private static final String APPROVAL = "approval-service";
    private static final String EXECUTOR = "executor-service";
    private static final String ATTESTATION = "attestation-service";
    private static final String VAULT = "vault-service";

    private static final List<Topic> TOPICS = List.of(
            new Topic("ToolProposed", Set.of(POLICY), Set.of(ATTESTATION)),
            new Topic("ApprovalRequested", Set.of(POLICY), Set.of(APPROVAL, ATTESTATION)),
            new Topic("ApprovalResolved", Set.of(APPROVAL), Set.of(POLICY, ATTESTATION)),
            new Topic("ToolPermitted", Set.of(POLICY), Set.of(EXECUTOR, ATTESTATION)),
            new Topic("ToolExecuted", Set.of(EXECUTOR), Set.of(POLICY, ATTESTATION)),
            new Topic(
                    "AuditRecorded",
                    Set.of(POLICY, APPROVAL, EXECUTOR, ATTESTATION, VAULT),
                    Set.of(POLICY, APPROVAL, EXECUTOR, ATTESTATION)));

    private FleetTopics() {}

    /** The six topics. */
    public static List<Topic> all() {
        return TOPICS;
    }

    /** Every principal that writes or reads a topic; each may use the consumer groups that begin with its name. */
    public static List<String> principals() {
        return TOPICS.stream()
                .flatMap(topic -> Stream.concat(topic.writers().stream(), topic.readers().stream()))
                .distinct()
                .sorted()
                .toList();
    }

    /** The topic of dead letters: its readers are attestation-service alone, its writers the topic's readers. */
    public static Topic deadLetters(Topic topic) {
        return new Topic(topic.name() + DEAD_LETTER_SUFFIX, topic.readers(), Set.of(ATTESTATION));
    }

    /**
     * Settings of a topic. Records lie there uncompressed, whatever the writer prefers: what a megabyte of nothing but
     * zeros unpacks to would exhaust every reader, so the broker measures it unpacked and refuses it. The broker's clock
     * dates records: one dated by its writer could have its neighbours deleted too early or kept for ever.
     */
    public static Map<String, String> settings(String name) {
        int largest = name.endsWith(DEAD_LETTER_SUFFIX) ? MAX_LETTER_BYTES : MAX_MESSAGE_BYTES;
        return Map.of(
                "retention.ms",
                Long.toString(RETENTION_MILLIS),
                "cleanup.policy",
                "delete",
                "max.message.bytes",
                Integer.toString(largest),
                "compression.type",
                "uncompressed",
                "message.timestamp.type",
                "LogAppendTime",
                "min.insync.replicas",
                "1");
    }
}
