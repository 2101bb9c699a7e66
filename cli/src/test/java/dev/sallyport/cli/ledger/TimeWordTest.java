package dev.sallyport.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TimeWordTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T00:30:00Z"), ZoneOffset.ofHours(-8));

    @Test
    void daysAreThoseOfUtcAndAgesAreInstants() {
        assertThat(TimeWord.read("today", CLOCK)).isEqualTo("2026-03-01");
        assertThat(TimeWord.read("yesterday", CLOCK)).isEqualTo("2026-02-28");
        assertThat(TimeWord.read("90m", CLOCK)).isEqualTo("2026-02-28T23:00:00Z");
        assertThat(TimeWord.read("24h", CLOCK)).isEqualTo("2026-02-28T00:30:00Z");
        assertThat(TimeWord.read("7d", CLOCK)).isEqualTo("2026-02-22T00:30:00Z");
    }

    @Test
    void theLedgerJudgesEverythingElse() {
        assertThat(TimeWord.read(null, CLOCK)).isNull();
        assertThat(TimeWord.read("last week", CLOCK)).isEqualTo("last week");
        assertThat(TimeWord.read("2026-11-28", CLOCK)).isEqualTo("2026-11-28");
    }
}
