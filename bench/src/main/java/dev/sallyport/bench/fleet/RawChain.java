package dev.sallyport.bench.fleet;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The bare durable chain on the fleet's own PostgreSQL and Kafka: commit a row, send a record (all acknowledgements),
 * read it back, commit what was read in batches. One statement without checks, signatures or a tree, where a call of
 * the fleet has six.
 */
final class RawChain implements AutoCloseable {
    private static final String TOPIC = "bench-floor";
    private static final int PARTITIONS = 12;

    private final int workers;
    private final DurableInsert deciding;
    private final DurableInsert recording;
    private final Map<String, Object> connection;
    private final KafkaProducer<byte[], byte[]> producer;
    private long total;

    RawChain(FleetProcess fleet, int workers) throws Exception {
        this.workers = workers;
        Path tls = fleet.home().resolve("identities/kafka-admin/tls");
        connection = Map.of(
                "bootstrap.servers",
                "localhost:" + fleet.port("kafka"),
                "security.protocol",
                "SSL",
                "ssl.endpoint.identification.algorithm",
                "",
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.certificate.chain",
                FleetProcess.read(tls.resolve("tls.crt")),
                "ssl.keystore.key",
                FleetProcess.read(tls.resolve("tls.key")),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                FleetProcess.read(tls.resolve("ca.crt")));
        try (Admin admin = Admin.create(connection)) {
            if (!admin.listTopics().names().get().contains(TOPIC)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                        .all()
                        .get();
            }
        }
        deciding = new DurableInsert(fleet, "deciding", 8);
        recording = new DurableInsert(fleet, "recording", 1);
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("key.serializer", ByteArraySerializer.class);
        settings.put("value.serializer", ByteArraySerializer.class);
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        producer = new KafkaProducer<>(settings);
    }

    /** How many go through in that time, counted until the last one is committed. */
    double perSecond(Duration length) throws Exception {
        AtomicLong sent = new AtomicLong();
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            consumer.assign(IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                    .toList());
            consumer.seekToEnd(consumer.assignment());
            consumer.assignment().forEach(consumer::position);
            long begin = System.nanoTime();
            List<Future<?>> all = IntStream.range(0, workers)
                    .<Future<?>>mapToObj(number -> threads.submit(() -> {
                        while (System.nanoTime() - begin < length.toNanos()) {
                            deciding.insert(1);
                            producer.send(new ProducerRecord<>(TOPIC, new byte[DurableInsert.ROW_BYTES]))
                                    .get();
                            sent.incrementAndGet();
                        }
                        return null;
                    }))
                    .toList();
            long recorded = 0;
            while (recorded < sent.get() || all.stream().anyMatch(each -> !each.isDone())) {
                int read = consumer.poll(Duration.ofMillis(100)).count();
                if (read > 0) {
                    recording.insert(read);
                    recorded += read;
                }
            }
            for (Future<?> each : all) {
                each.get();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            total += recorded;
            if (recorded != sent.get() || deciding.rows() != total || recording.rows() != total) {
                throw new IllegalStateException("the floor lost something: sent " + sent + ", recorded " + recorded);
            }
            return recorded / seconds;
        }
    }

    @Override
    public void close() throws Exception {
        producer.close();
        deciding.close();
        recording.close();
    }
}
