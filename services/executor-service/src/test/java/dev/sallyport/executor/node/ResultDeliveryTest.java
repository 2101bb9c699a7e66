package dev.sallyport.executor.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.node.ControlClient.Receipt;
import dev.sallyport.executor.platform.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A result is handed over until control has it, and none waits for another. */
class ResultDeliveryTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private ResultSpool spool;

    @BeforeEach
    void spool(@TempDir Path folder) throws IOException {
        spool = new ResultSpool(Platform.current(), folder);
    }

    @Test
    void aResultThatControlDoesNotAnswerToHoldsUpNoOther() throws Exception {
        List<ResultSpool.Unconfirmed> all = List.of(result(1), result(2), result(3), result(4));
        for (ResultSpool.Unconfirmed each : all) {
            spool.put(each);
        }
        CountDownLatch answered = new CountDownLatch(1);
        ResultDelivery delivery = new ResultDelivery(spool, result -> {
            if (result.key().fence() == 1) {
                awaitQuietly(answered);
                throw new IllegalStateException("no answer in time");
            }
            return Receipt.TAKEN;
        });

        Thread round = Thread.ofVirtual().start(() -> {
            try {
                delivery.deliverSpooled();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(spool.waiting())
                        .containsExactly(all.getFirst().key()));
        answered.countDown();
        round.join();

        assertThat(spool.waiting()).containsExactly(all.getFirst().key());
    }

    @Test
    void aRefusedResultIsSetAsideAndNotSentAgain() throws Exception {
        ResultSpool.Unconfirmed result = result(7);
        spool.put(result);
        AtomicInteger sent = new AtomicInteger();
        ResultDelivery delivery = new ResultDelivery(spool, _ -> {
            sent.incrementAndGet();
            return Receipt.REFUSED;
        });

        delivery.deliverSpooled();
        delivery.deliverSpooled();

        assertThat(sent).hasValue(1);
        assertThat(spool.waiting()).isEmpty();
        assertThat(spool.refused()).containsExactly(result.key());
    }

    @Test
    void aResultIsHandedOverAgainWhileItsLeaseHolds() throws Exception {
        Queue<Receipt> answers = new ConcurrentLinkedQueue<>();
        AtomicInteger asked = new AtomicInteger();
        ResultDelivery delivery = new ResultDelivery(spool, _ -> {
            if (asked.incrementAndGet() < 3) {
                throw new IllegalStateException("control is away");
            }
            answers.add(Receipt.TAKEN);
            return Receipt.TAKEN;
        });

        assertThat(delivery.handOver(result(1), () -> true)).isTrue();
        assertThat(answers).hasSize(1);
        assertThat(spool.waiting()).isEmpty();

        asked.set(-100);
        assertThat(delivery.handOver(result(2), () -> false)).isFalse();
        assertThat(spool.waiting())
                .as("kept for later")
                .containsExactly(result(2).key());
    }

    private static ResultSpool.Unconfirmed result(long fence) {
        return new ResultSpool.Unconfirmed(
                new ResultSpool.Key("01JD0000000000000000000001", fence), new byte[] {(byte) fence});
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
