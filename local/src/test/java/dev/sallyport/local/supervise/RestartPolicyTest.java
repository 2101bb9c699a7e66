package dev.sallyport.local.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartPolicyTest {
    private final RestartPolicy policy =
            new RestartPolicy(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(30));

    @Test
    void pausesDoubleUpToTheLongest() {
        assertThat(policy.afterEnd(Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(500));
        assertThat(policy.afterEnd(Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.afterEnd(Duration.ofSeconds(29))).isEqualTo(Duration.ofSeconds(2));
        assertThat(policy.afterEnd(Duration.ZERO)).isEqualTo(Duration.ofSeconds(3));
        assertThat(policy.afterEnd(Duration.ZERO)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void whatWasOfUseBeginsAnew() {
        policy.afterEnd(Duration.ZERO);
        policy.afterEnd(Duration.ZERO);
        assertThat(policy.afterEnd(Duration.ofSeconds(30))).isEqualTo(Duration.ofMillis(500));
        assertThat(policy.afterEnd(Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
    }
}
