package dev.sallyport.servicekit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryLaterTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final RetryLater later = new RetryLater(nanos::get);

    @Test
    void whatFailsAgainIsLeftAloneForLonger() {
        later.failed("a");
        assertThat(later.notNow()).containsExactly("a");
        pass(Duration.ofSeconds(1));
        assertThat(later.notNow()).isEmpty();

        later.failed("a");
        pass(Duration.ofSeconds(1));
        assertThat(later.notNow()).containsExactly("a");
        pass(Duration.ofSeconds(1));
        assertThat(later.notNow()).isEmpty();

        for (int i = 0; i < 100; i++) {
            later.failed("a");
        }
        pass(Duration.ofSeconds(15));
        assertThat(later.notNow()).as("never for longer than 15 s").isEmpty();
    }

    @Test
    void whatWorkedBeginsAnew() {
        later.failed("a");
        later.failed("a");
        later.failed("b");
        later.done("a");
        assertThat(later.notNow()).containsExactly("b");
        later.failed("a");
        pass(Duration.ofSeconds(1));
        assertThat(later.notNow()).isEmpty();
    }

    @Test
    void noMoreIsRememberedThanMemoryAllows() {
        for (int i = 0; i < 10_001; i++) {
            later.failed("row" + i);
        }
        assertThat(later.notNow()).hasSize(10_000).doesNotContain("row0").contains("row10000");
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
