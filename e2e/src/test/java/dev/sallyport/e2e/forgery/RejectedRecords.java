package dev.sallyport.e2e.forgery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.e2e.harness.RawKafka;
import dev.sallyport.e2e.ledger.Leaves;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.RecordMetadata;

/** What has become of records that no service accepts: each lies in the dead letters, and a leaf tells of it. */
final class RejectedRecords {
    private final RawKafka kafka;
    private final Leaves ledger;

    RejectedRecords(RawKafka kafka, Leaves ledger) {
        this.kafka = kafka;
        this.ledger = ledger;
    }

    /** Where a record lies; written as the key of its dead letter. */
    record Place(String topic, int partition, long offset) {
        static Place of(RecordMetadata written) {
            return new Place(written.topic(), written.partition(), written.offset());
        }

        String position() {
            return partition + "/" + offset;
        }

        @Override
        public String toString() {
            return topic + "/" + position();
        }
    }

    /** The names of those records whose place is not in the dead letters. */
    List<String> withoutLetter(Map<Place, String> places) {
        Set<String> letters = letters();
        return places.entrySet().stream()
                .filter(place -> !letters.contains(place.getKey().toString()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The places of the records that lie in the dead letters. */
    Set<String> letters() {
        return RawKafka.TOPICS.stream()
                .flatMap(topic -> kafka.read(topic + ".dlt", any -> true).stream())
                .map(letter -> new String(letter.key(), UTF_8))
                .collect(Collectors.toSet());
    }

    /** The names of those records that no leaf names and that lie between no leaf's first and last. */
    List<String> withoutLeaf(Map<Place, String> places, long from) {
        List<Map<String, String>> leaves = ledger.rejections(from);
        return places.entrySet().stream()
                .filter(place -> leaves.stream().noneMatch(leaf -> tells(leaf, place.getKey())))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static boolean tells(Map<String, String> leaf, Place place) {
        if (!place.topic().equals(leaf.get("topic"))) {
            return false;
        }
        if (leaf.containsKey("offset")) {
            return place.position().equals(leaf.get("partition") + "/" + leaf.get("offset"));
        }
        return inOrder(Objects.requireNonNull(leaf.get("first"))) <= inOrder(place.position())
                && inOrder(place.position()) <= inOrder(Objects.requireNonNull(leaf.get("last")));
    }

    private static long inOrder(String position) {
        int slash = position.indexOf('/');
        return (Long.parseLong(position.substring(0, slash)) << 40) + Long.parseLong(position.substring(slash + 1));
    }
}
