package dev.sallyport.arguments.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scripts at random: none that we take for harmless has a command that {@code sed --sandbox} refuses. */
class SedScriptTest {
    private static final String REFUSED = "e/r/w commands disabled in sandbox mode";

    @Test
    void sandboxOfSedTellsHarmfulScripts() throws Exception {
        for (String harmful : List.of("e", "1e id", "s/a/b/e", "s/a/b/w x", "w x", "W x", "r x", "R x")) {
            assertThat(Programs.run("sed", List.of("--sandbox", harmful)).text())
                    .as(harmful)
                    .contains(REFUSED);
            assertThat(SedScript.isHarmless(harmful)).as(harmful).isFalse();
        }
        assertThat(Programs.run("sed", List.of("--sandbox", "s/a/b/")).status()).isZero();
    }

    @FuzzTest
    void whatIsHarmlessHasNoCommandThatSedRefusesInItsSandbox() {
        int[] asked = {0};
        Fuzz.target("sed-script")
                .samples(
                        "s/a/b/g;p",
                        "/x/,/y/{s|[/]|w|;d}",
                        ":a;N;$!ba;s/\\n/ /",
                        "1i\\title\np",
                        "y/ab/cd/;l 5\n#c",
                        "0~3!d;\\,x\\,y,Ip",
                        "/[/]w x/d",
                        "a\\\nw x\np",
                        "s/[/]w x/]/",
                        "$!{b end\n};:end")
                .words(
                        "w x", "e", "r x", "s", "/", "[", "]", "\\", "\n", ";", "}", "{", "a", "#", "b", ":", "y", "!",
                        "M")
                .longest(200)
                .rounds(1_000)
                .run(input -> {
                    String script = new String(input, UTF_8);
                    if (SedScript.isHarmless(script) && script.indexOf('\0') < 0) {
                        asked[0]++;
                        assertThat(Programs.run("sed", List.of("--sandbox", "-n", script))
                                        .text())
                                .doesNotContain(REFUSED);
                    }
                });
        assertThat(asked[0]).as("scripts that sed was asked about").isGreaterThan(30);
    }
}
