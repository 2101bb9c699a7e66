package dev.sallyport.bench.code;

import dev.sallyport.attestation.AttestationService;
import dev.sallyport.attestation.intake.RecordScreening;
import dev.sallyport.attestation.log.Ledger;
import dev.sallyport.testkit.EmptyDenylist;
import dev.sallyport.testkit.FleetBackends;
import dev.sallyport.testkit.TestFleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** attestation-service without its Kafka consumer: records are handed to it in the batches that Kafka would deliver. */
final class LedgerProcess {
    /** The most records that Kafka's consumer reads at once (max.poll.records). */
    /** What one poll of the service hands out at most. */
    private static final int BATCH = 200;

    private LedgerProcess() {}

    /** Arguments: whether quick, and the file for the results: {@code appended floor floor-again ratio}. */
    public static void main(String... arguments) throws Exception {
        boolean quick = Boolean.parseBoolean(arguments[0]);
        int records = quick ? 100 : 20 * BATCH;
        int warmUps = quick ? 0 : 3;
        int rounds = quick ? 1 : 5;
        TestFleet fleet = TestFleet.shared();
        Map<String, String> properties = new HashMap<>(fleet.properties("attestation-service"));
        properties.put("sallyport.ledger.intake", "false");
        EmptyDenylist.leaveIn(Path.of(properties.get("sallyport.state.dir")), fleet.identity("vault-service"));
        String[] command = properties.entrySet().stream()
                .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
        try (ConfigurableApplicationContext service = SpringApplication.run(AttestationService.class, command);
                RawInserts raw =
                        new RawInserts(FleetBackends.shared().postgres().freshDatabase("floor"))) {
            RecordScreening screening = service.getBean(RecordScreening.class);
            Ledger ledger = service.getBean(Ledger.class);
            DeniedCalls calls = new DeniedCalls(Objects.requireNonNull(properties.get("sallyport.kafka.topic-prefix")));
            double[] appended = new double[rounds];
            double[] floors = new double[rounds + 1];
            for (int round = -warmUps; round < rounds; round++) {
                List<ConsumerRecord<byte[], byte[]>> read = calls.records(records);
                List<byte[]> envelopes = calls.envelopes(read);
                double floor = raw.perSecond(envelopes, BATCH);
                double value = append(screening, ledger, read);
                if (round >= 0) {
                    floors[round] = floor;
                    appended[round] = value;
                    floors[round + 1] = raw.perSecond(calls.envelopes(calls.records(records)), BATCH);
                }
            }
            double[] ratios = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                ratios[i] = appended[i] / ((floors[i] + floors[i + 1]) / 2);
            }
            Files.writeString(
                    Path.of(arguments[1]),
                    median(appended) + " " + floors[0] + " " + floors[rounds] + " " + median(ratios));
        }
        // Backends of the test kit end with the JVM.
        System.exit(0);
    }

    private static double append(
            RecordScreening screening, Ledger ledger, List<ConsumerRecord<byte[], byte[]>> records) {
        long begin = System.nanoTime();
        int leaves = 0;
        for (int from = 0; from < records.size(); from += BATCH) {
            List<ConsumerRecord<byte[], byte[]>> batch = records.subList(from, Math.min(from + BATCH, records.size()));
            leaves += ledger.append(screening.screen(batch, topic -> topic).batch())
                    .appended();
        }
        if (leaves < records.size()) {
            throw new IllegalStateException("only " + leaves + " leaves of " + records.size() + " records");
        }
        return records.size() / ((System.nanoTime() - begin) / 1e9);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
