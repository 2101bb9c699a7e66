package dev.sallyport.servicekit.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SharesTest {
    @Test
    void nobodyHoldsMoreThanTheirShareAndAllTogetherNoMoreThanThereIs() {
        Shares shares = new Shares(5, 3);
        List<Optional<Shares.Place>> loud =
                IntStream.range(0, 4).mapToObj(_ -> shares.take("loud")).toList();
        assertThat(loud).extracting(Optional::isPresent).containsExactly(true, true, true, false);
        assertThat(shares.take("quiet")).isPresent();
        Shares.Place last = shares.take("third").orElseThrow();
        assertThat(shares.take("fourth")).as("there are five").isEmpty();

        last.close();
        last.close();
        assertThat(shares.take("fourth")).isPresent();
        assertThat(shares.take("fifth")).as("one was given back, once").isEmpty();
        loud.getFirst().orElseThrow().close();
        assertThat(shares.take("loud")).isPresent();
    }

    @Test
    void whoWaitsForTheirOwnShareKeepsNobodyElseWaiting() throws Exception {
        Shares shares = new Shares(2, 1, 10);
        Shares.Place held = shares.take("loud").orElseThrow();
        try (ExecutorService line = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> waiting = IntStream.range(0, 9)
                    .mapToObj(_ -> line.submit(() -> {
                        try (Shares.Place _ =
                                shares.take("loud", Duration.ofMinutes(2)).orElseThrow()) {
                            return true;
                        }
                    }))
                    .toList();
            Awaitility.await("ten of one to hold or wait")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> {
                        Optional<Shares.Place> eleventh = shares.take("loud", Duration.ofMillis(1));
                        return eleventh.isEmpty();
                    });
            try (Shares.Place quiet =
                    shares.take("quiet", Duration.ofSeconds(30)).orElseThrow()) {
                assertThat(quiet).isNotNull();
            }
            held.close();
            for (Future<Boolean> each : waiting) {
                assertThat(each.get()).isTrue();
            }
        }
    }
}
