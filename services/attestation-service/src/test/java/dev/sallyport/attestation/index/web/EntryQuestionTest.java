package dev.sallyport.attestation.index.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.servicekit.problem.ProblemException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EntryQuestionTest {
    @Test
    void aDayIsTheTimeFromItsFirstToItsLastMoment() {
        assertThat(TimeBound.first("from", "2026-03-05")).isEqualTo(Instant.parse("2026-03-05T00:00:00Z"));
        assertThat(TimeBound.behind("to", "2026-03-05")).isEqualTo(Instant.parse("2026-03-06T00:00:00Z"));
        assertThat(TimeBound.behind("to", "2026-03-05T09:00:00+01:00"))
                .isEqualTo(Instant.parse("2026-03-05T08:00:00Z"));
        assertThatThrownBy(() -> TimeBound.behind("to", "5.3.2026"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("2026-11-28");
    }

    @Test
    void anIndexFarBehindRefusesInsteadOfLeavingOut() {
        assertThat(Searched.of(50_000, 49_000).enough()).isEqualTo(49_000);
        assertThat(Searched.of(50_000, 50_007).enough()).isEqualTo(50_000);
        assertThatThrownBy(() -> Searched.of(50_000, 500).enough())
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("500 of 50000");
    }
}
