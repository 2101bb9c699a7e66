package dev.sallyport.servicekit.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class UlidsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void anIdHasTheTimeInFrontAndIsLikeNoOther() {
        String first = at(NOON).next();
        assertThat(first).matches("[0-7][0-9A-HJKMNP-TV-Z]{25}");
        assertThat(at(NOON).next()).startsWith(first.substring(0, 10)).isNotEqualTo(first);
    }

    @Test
    void idsOfALaterMillisecondSortBehind() {
        assertThat(at(NOON).next()).isLessThan(at(NOON.plusMillis(1)).next());
    }

    private static Ulids at(Instant time) {
        return new Ulids(Clock.fixed(time, ZoneOffset.UTC));
    }
}
