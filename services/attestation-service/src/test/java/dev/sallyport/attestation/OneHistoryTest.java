package dev.sallyport.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.attestation.log.Batch;
import dev.sallyport.attestation.log.CheckpointPublisher;
import dev.sallyport.attestation.log.LeafCandidate;
import dev.sallyport.attestation.log.Ledger;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.NoteSigner;
import dev.sallyport.tlog.Rfc6962;
import dev.sallyport.tlog.RightEdge;
import dev.sallyport.tlog.TreeHash;
import dev.sallyport.tlog.VerifierKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whoever appends and whatever is restored: the log tells one story or none. */
class OneHistoryTest {
    @Test
    void twoSequencersAtOnceGiveOneHistory(@TempDir Path otherState) throws Exception {
        long seed = 19;
        try (RunningLedger first = RunningLedger.start();
                RunningLedger second = first.replica(Map.of("sallyport.state.dir", otherState.toString()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<LeafCandidate> candidates = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                candidates.add(Traffic.candidate("case:" + i));
            }
            Random random = new Random(seed);
            List<Callable<Object>> work = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Ledger ledger = (i % 2 == 0 ? first : second).bean(Ledger.class);
                List<LeafCandidate> some = new ArrayList<>(candidates);
                Collections.shuffle(some, random);
                LeafCandidate[] batch = some.subList(0, 15).toArray(LeafCandidate[]::new);
                work.add(() -> ledger.append(Batch.of(batch)));
            }
            work.add(() -> first.bean(Ledger.class).append(Batch.of(candidates.toArray(LeafCandidate[]::new))));
            for (Future<Object> done : threads.invokeAll(work)) {
                done.get();
            }
            // And over Kafka, where the two share the partitions and take them from one another.
            try (Traffic traffic = new Traffic(first)) {
                traffic.call();
                second.stop();
                traffic.call();
            }

            JdbcClient jdbc = first.bean(JdbcClient.class);
            List<byte[]> digests = jdbc.sql("select digest from entry")
                    .query((row, n) -> row.getBytes(1))
                    .list();
            List<String> subjects =
                    digests.stream().map(digest -> Digest.of(digest).hex()).toList();
            assertThat(subjects).as("seed %d", seed).doesNotHaveDuplicates();
            long size =
                    jdbc.sql("select size from tree_state").query(Long.class).single();
            assertThat(digests).hasSize((int) size);
            assertThat(size).isGreaterThanOrEqualTo(120 + 14);
            assertThat(rootOfEntries(jdbc))
                    .isEqualTo(TreeHash.of(jdbc.sql("select root from tree_state")
                            .query((row, n) -> row.getBytes(1))
                            .single()));
            second.restart();
        }
    }

    @Test
    void aDatabaseSetBackSignsNothingMoreAndIsNotReady() throws Exception {
        try (RunningLedger ledger = RunningLedger.start();
                Traffic traffic = new Traffic(ledger)) {
            traffic.call();
            Path memory = ledger.state().resolve("log/checkpoint");
            byte[] signed = Files.readAllBytes(memory);
            long size = open(signed).size();

            // As if a larger tree had been signed before the database was restored from a backup.
            Files.write(
                    memory,
                    signByTheLog(new Checkpoint(
                            open(signed).origin(), size + 5, open(signed).root())));
            refusesToSign(ledger, traffic, "set back", size);
            // As if the entries of the restored database were other ones.
            Files.write(memory, signByTheLog(new Checkpoint(open(signed).origin(), size, Rfc6962.emptyRoot())));
            refusesToSign(ledger, traffic, "other entries", size);

            Files.write(memory, signed);
            traffic.call();
            assertThat(status(ledger)).isEqualTo("UP");
            assertThat(open(ledger.get("/checkpoint", "").body()).size()).isGreaterThan(size + 5);
        }
    }

    private static void refusesToSign(RunningLedger ledger, Traffic traffic, String reason, long size) {
        traffic.send(Traffic.audit(AuditEvent.CONFIG_CHANGED, "workspace:" + SampleCall.WORKSPACE));
        await().atMost(Traffic.SOON).until(() -> status(ledger).equals("DOWN"));
        assertThatThrownBy(() -> ledger.bean(CheckpointPublisher.class).publish())
                .hasMessageContaining(reason);
        assertThat(open(ledger.get("/checkpoint", "").body()).size()).isEqualTo(size);
    }

    private static String status(RunningLedger ledger) {
        var health = ledger.context()
                .getBean("ledgerHealthIndicator", HealthIndicator.class)
                .health(true);
        return health == null ? "none" : health.getStatus().getCode();
    }

    private static Checkpoint open(byte[] note) {
        VerifierKey key = VerifierKey.parse(TestFleet.shared().trust().logKeys().getFirst());
        return Checkpoint.open(note, List.of(key));
    }

    private static byte[] signByTheLog(Checkpoint checkpoint) throws Exception {
        Path key = TestFleet.shared().identity("attestation-service").resolve("log/log.key");
        return checkpoint.sign(NoteSigner.ofPem(checkpoint.origin(), Files.readString(key, UTF_8)));
    }

    private static TreeHash rootOfEntries(JdbcClient jdbc) {
        List<TreeHash> leaves = jdbc.sql("select envelope from entry order by idx")
                .query((row, n) -> Rfc6962.leaf(row.getBytes(1)))
                .list();
        return RightEdge.empty().append(leaves).edge().root();
    }
}
