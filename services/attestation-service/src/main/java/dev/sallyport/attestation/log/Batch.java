package dev.sallyport.attestation.log;

import dev.sallyport.attestation.detail.SealedDetail;
import java.util.List;
import java.util.Map;

/**
 * What is appended in one transaction, or not at all.
 *
 * @param arrivals in the order in which they become leaves
 * @param details to store with them
 * @param nextOffsets where reading goes on once this is appended
 */
public record Batch(List<Arrival> arrivals, List<SealedDetail> details, Map<Partition, Long> nextOffsets) {
    /** Copies the collections. */
    public Batch {
        arrivals = List.copyOf(arrivals);
        details = List.copyOf(details);
        nextOffsets = Map.copyOf(nextOffsets);
    }

    /** Statements that did not come over Kafka. */
    public static Batch of(Testimony... testimonies) {
        return new Batch(
                List.of(testimonies).stream().<Arrival>map(Arrival.Stated::new).toList(), List.of(), Map.of());
    }

    /**
     * A Kafka partition.
     *
     * @param topic with its prefix
     * @param topicId Kafka's id of the topic, another one for each topic that ever had the name
     * @param number of the partition
     */
    public record Partition(String topic, String topicId, int number) {}

    /** What becomes a leaf. */
    public sealed interface Arrival {
        /**
         * A statement.
         *
         * @param testimony verified
         */
        record Stated(Testimony testimony) implements Arrival {}

        /**
         * A rejection.
         *
         * @param record what was rejected
         */
        record Rejected(RejectedRecord record) implements Arrival {}
    }
}
