package dev.sallyport.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.bench.attack.Attacks.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every attack in every tier of this host: it works without a sandbox, and comes to nothing in one. */
class AttacksTest {
    @Test
    void everyAttackIsHeldInEveryTier() throws Exception {
        List<Result> results = Attacks.everywhere("");

        assertThat(results).filteredOn(result -> !result.holds()).isEmpty();
        assertThat(results).extracting(Result::tier).contains("B", "C");
        assertThat(results)
                .filteredOn(result -> result.tier().equals("B") && result.user().equals("node"))
                .hasSizeGreaterThan(60);
    }
}
