package dev.sallyport.skills.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.skills.SampleManifest;
import dev.sallyport.skills.SkillRefusedException;

/** Hostile bytes in the place of {@code skill.toml}. */
class SkillManifestFuzzTest {
    @FuzzTest
    void aManifestIsReadOrRefusedAndWithinBounds() {
        SkillLimits most = SkillLimits.MOST;
        Fuzz.target("skill-manifest")
                .samples(SampleManifest.of(new byte[0]))
                .words(
                        "\n[[tools]]\n",
                        "\n[limits]\n",
                        " = ",
                        "{",
                        "[",
                        "'''",
                        "\"\"\"",
                        "1979-05-27",
                        "inf",
                        "0x",
                        "\\u")
                .refusing(SkillRefusedException.class)
                .longest(SkillManifest.MAX_BYTES)
                .run(input -> {
                    SkillManifest read = SkillManifest.parse(input);
                    assertThat(read.limits().atMost(most)).isEqualTo(read.limits());
                    assertThat(read.tools()).isNotEmpty();
                    assertThat(read.beyond(read)).isEmpty();
                });
    }
}
