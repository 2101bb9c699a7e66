package dev.sallyport.local.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {

    private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");

    private final RestartPolicy policy = new RestartPolicy(3, Duration.ofMinutes(5), Duration.ofMillis(500));

    @Test
    void pausesDoubleAndThenItGivesUp() {
        assertThat(policy.afterEnd(START)).contains(Duration.ofMillis(500));
        assertThat(policy.afterEnd(START.plusSeconds(1))).contains(Duration.ofSeconds(1));
        assertThat(policy.afterEnd(START.plusSeconds(2))).contains(Duration.ofSeconds(2));
        assertThat(policy.afterEnd(START.plusSeconds(3))).isEmpty();
    }

    @Test
    void whatLiesBeforeTheWindowIsForgotten() {
        for (int hour = 0; hour < 10; hour++) {
            assertThat(policy.afterEnd(START.plus(Duration.ofHours(hour)))).contains(Duration.ofMillis(500));
        }
    }
}
