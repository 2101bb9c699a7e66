package dev.sallyport.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
    private static final int PER_SECOND = 500;

    /** Later requests are due as planned although the first is not answered before all of them have begun. */
    @Test
    void aStallDelaysNoOtherRequest() throws InterruptedException {
        SortedMap<Integer, Long> due = new ConcurrentSkipListMap<>();
        CountDownLatch others = new CountDownLatch(99);
        Latencies latencies = new Latencies();

        int count = new OpenLoop(PER_SECOND)
                .timed(
                        Duration.ofMillis(200),
                        (number, at) -> {
                            due.put(number, at);
                            if (number == 0) {
                                assertThat(others.await(5, TimeUnit.MINUTES)).isTrue();
                            } else {
                                others.countDown();
                            }
                        },
                        latencies::add);

        assertThat(count).isEqualTo(100);
        assertThat(latencies.count()).isEqualTo(100);
        long first = Objects.requireNonNull(due.get(0));
        due.forEach((number, at) -> assertThat(at - first).isEqualTo(number * 1_000_000_000L / PER_SECOND));
    }

    @Test
    void aFailedRequestFailsTheRun() {
        assertThatThrownBy(() -> new OpenLoop(PER_SECOND).run(Duration.ofMillis(100), (number, due) -> {
                    if (number == 7) {
                        throw new IllegalStateException("refused");
                    }
                }))
                .hasMessageContaining("1 of 50")
                .hasRootCauseMessage("refused");
    }
}
