package dev.sallyport.attestation.log;

import dev.sallyport.attestation.detail.SealedDetail;
import dev.sallyport.attestation.rejection.RejectedRecord;
import java.util.List;
import java.util.Map;

/**
 * Statements and rejections that are appended in one transaction, or not at all.
 *
 * @param arrivals in the order in which they become leaves
 * @param details the details to store with them
 * @param nextOffsets where reading of each partition goes on once this is appended
 */
public record Batch(List<Arrival> arrivals, List<SealedDetail> details, Map<Partition, Long> nextOffsets) {
    /** Copies the collections. */
    public Batch {
        arrivals = List.copyOf(arrivals);
        details = List.copyOf(details);
        nextOffsets = Map.copyOf(nextOffsets);
    }

    /** Statements that did not come over Kafka. */
    public static Batch of(LeafCandidate... candidates) {
        return new Batch(
                List.of(candidates).stream().<Arrival>map(Arrival.Stated::new).toList(), List.of(), Map.of());
    }

    /**
     * A Kafka partition.
     *
     * @param topic with its prefix
     * @param topicId Kafka's id of the topic; a topic that was deleted and created again has another one
     * @param number of the partition
     */
    public record Partition(String topic, String topicId, int number) {}

    /** Something that has arrived and may become a leaf. */
    public sealed interface Arrival {
        /**
         * A statement.
         *
         * @param candidate a verified statement
         */
        record Stated(LeafCandidate candidate) implements Arrival {}

        /**
         * A rejection.
         *
         * @param record what was rejected
         */
        record Rejected(RejectedRecord record) implements Arrival {}
    }
}
