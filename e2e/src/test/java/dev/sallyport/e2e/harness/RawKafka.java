package dev.sallyport.e2e.harness;

import dev.sallyport.embedded.FleetTopics;
import dev.sallyport.embedded.KafkaAdministration;
import dev.sallyport.embedded.PemFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The broker as somebody sees it who got hold of a client certificate that may write to it. */
public final class RawKafka {
    /** The fleet's topics. */
    public static final List<String> TOPICS = List.of(
            "ToolProposed", "ApprovalRequested", "ApprovalResolved", "ToolPermitted", "ToolExecuted", "AuditRecorded");

    public static final int PARTITIONS = FleetTopics.PARTITIONS_ON_ONE_MACHINE;

    private final Map<String, Object> connection;
    private final PemFiles identity;

    public RawKafka(Fleet fleet, String identity) {
        this.identity = PemFiles.of(fleet.home().resolve("identities").resolve(identity));
        Path tls = fleet.home().resolve("identities").resolve(identity).resolve("tls");
        connection = Map.ofEntries(
                Map.entry("bootstrap.servers", fleet.kafka()),
                Map.entry("security.protocol", "SSL"),
                Map.entry("ssl.endpoint.identification.algorithm", ""),
                Map.entry("ssl.keystore.type", "PEM"),
                Map.entry("ssl.keystore.certificate.chain", Fleet.read(tls.resolve("tls.crt"))),
                Map.entry("ssl.keystore.key", Fleet.read(tls.resolve("tls.key"))),
                Map.entry("ssl.truststore.type", "PEM"),
                Map.entry("ssl.truststore.certificates", Fleet.read(tls.resolve("ca.crt"))));
    }

    /** The partition that a record with this key goes to by itself. */
    public static int partitionOf(String key) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % PARTITIONS;
    }

    /** What is to be written, to the key's own partition; a tombstone without a value. */
    public static ProducerRecord<byte[], byte[]> record(String topic, String key, byte @Nullable [] value) {
        return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
    }

    /** Writes any bytes. */
    public RecordMetadata write(String topic, String key, byte @Nullable [] value) {
        return write(List.of(record(topic, key, value))).getFirst();
    }

    /** Writes in that order; returns when the broker has all. */
    public List<RecordMetadata> write(Collection<ProducerRecord<byte[], byte[]>> writes) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("key.serializer", ByteArraySerializer.class);
        settings.put("value.serializer", ByteArraySerializer.class);
        settings.put("max.request.size", 4 * 1024 * 1024);
        // An idempotent producer gives up where a topic was created again under it; in order by one request at a time.
        settings.put("enable.idempotence", false);
        settings.put("max.in.flight.requests.per.connection", 1);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            List<Future<RecordMetadata>> sending = new ArrayList<>();
            for (ProducerRecord<byte[], byte[]> write : writes) {
                sending.add(producer.send(write));
            }
            List<RecordMetadata> written = new ArrayList<>();
            for (Future<RecordMetadata> acknowledgement : sending) {
                written.add(acknowledgement.get());
            }
            return written;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not take it", e.getCause());
        }
    }

    /** Every topic that there is. */
    public Set<String> topics() {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            return consumer.listTopics().keySet();
        }
    }

    /** A topic more, of one partition. */
    public void create(String topic) {
        administer(admin ->
                admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
    }

    public void delete(String topic) {
        administer(admin -> admin.deleteTopics(List.of(topic)).all());
    }

    private void administer(Function<Admin, KafkaFuture<Void>> act) {
        try (Admin admin = Admin.create(connection)) {
            act.apply(admin).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not do it", e.getCause());
        }
    }

    /** Everything that the topic holds now and that is wanted. */
    public List<ConsumerRecord<byte[], byte[]>> read(String topic, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (wanted.test(record)) {
                        found.add(record);
                    }
                }
            }
        }
        return found;
    }

    /** Everything that the six topics hold now. */
    public List<ConsumerRecord<byte[], byte[]>> readAll() {
        return TOPICS.stream()
                .flatMap(topic -> read(topic, any -> true).stream())
                .toList();
    }

    /** A client for administration; the caller closes it. */
    Admin admin() {
        return Admin.create(connection);
    }

    /** The six topics are deleted and created again, empty. */
    public void makeTopicsAnew() {
        try (Admin admin = Admin.create(connection)) {
            get(admin.deleteTopics(TOPICS).all());
            Awaitility.await("the topics to be gone")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> get(admin.listTopics().names()).stream().noneMatch(TOPICS::contains));
        }
        try (KafkaAdministration administration =
                new KafkaAdministration(String.valueOf(connection.get("bootstrap.servers")), identity)) {
            administration.createFleetTopics("", PARTITIONS);
        }
    }

    /** The answer; what went wrong is thrown as it is. */
    static <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
