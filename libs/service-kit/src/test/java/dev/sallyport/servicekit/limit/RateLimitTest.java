package dev.sallyport.servicekit.limit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.servicekit.problem.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final SetClock clock = new SetClock();
    private final RateLimit limit = new RateLimit(2, clock);

    @Test
    void oneTooManyIsRefusedUntilTheNextMinute() {
        limit.count("a");
        limit.count("a");
        assertThatThrownBy(() -> limit.count("a")).isInstanceOf(ProblemException.class);
        assertThatCode(() -> limit.count("b")).doesNotThrowAnyException();
        clock.now = clock.now.plusSeconds(60);
        assertThatCode(() -> limit.count("a")).doesNotThrowAnyException();
    }

    @Test
    void aFloodOfKeysIsRefusedWithoutForgettingThoseKnown() {
        limit.count("known");
        for (int i = 0; i < 9_999; i++) {
            limit.count("key " + i);
        }
        assertThatThrownBy(() -> limit.count("one more")).isInstanceOf(ProblemException.class);
        assertThatCode(() -> limit.count("known")).doesNotThrowAnyException();
        assertThatThrownBy(() -> limit.count("known")).isInstanceOf(ProblemException.class);
    }

    private static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-11-21T12:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
