package dev.sallyport.skills.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions: their form and their order. */
class SkillVersionTest {
    @Test
    void versionsAreOrderedByPrecedence() {
        List<SkillVersion> rising = Stream.of(
                        "0.0.9",
                        "0.1.0",
                        "0.9.0",
                        "0.10.0",
                        "1.0.0-1",
                        "1.0.0-2",
                        "1.0.0-10",
                        "1.0.0-a",
                        "1.0.0-a.1",
                        "1.0.0-a.b",
                        "1.0.0-b",
                        "1.0.0-b.2",
                        "1.0.0-b.11",
                        "1.0.0",
                        "1.0.1",
                        "2.0.0-rc.1",
                        "2.0.0",
                        "99999999999999999999.0.0",
                        "100000000000000000000.0.0")
                .map(SkillVersion::new)
                .toList();

        List<SkillVersion> sorted = new ArrayList<>(rising);
        Collections.shuffle(sorted, new Random(1));
        Collections.sort(sorted);

        assertThat(sorted).isEqualTo(rising);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3.4",
                "v1.2.3",
                "01.2.3",
                "1.02.3",
                "1.2.3-",
                "1.2.3-01",
                "1.2.3-a..b",
                "1.2.3+build",
                "1.2.3 ",
                "1.2.3\n",
                "-1.2.3",
                "1.2.3-\u00e4",
                "1.2.3-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void otherFormsAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SkillVersion(text));
    }
}
