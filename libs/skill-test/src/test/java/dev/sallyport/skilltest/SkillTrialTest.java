package dev.sallyport.skilltest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.skills.pack.SkillPackage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cases expect is held against what comes out: each expectation holds where it should, and fails where not. */
class SkillTrialTest {
    private static final String WEB =
            "\"web\":{\"GET https://api.example.com/v1/items/a\":{\"status\":200,\"body\":\"x\"}}";
    private static final String CALL = "{\"tool\":\"item\",\"input\":{\"name\":\"a\"}," + WEB;

    private static SkillTrial trial;

    @BeforeAll
    static void compile() throws Exception {
        trial = new SkillTrial(SkillPackage.of(SkillFiles.read(Path.of("../../skills/fetch-item"))), List.of());
    }

    private static SkillOutcome run(String expectation) {
        return trial.run(SkillCase.all(CALL + expectation + "}").getFirst());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"output\":{\"found\":true,\"text\":\"x\"} | \"output\":{\"found\":true,\"text\":\"y\"}",
                "\"most_fuel\":100000 | \"most_fuel\":10",
                "\"most_memory_pages\":16 | \"most_memory_pages\":1",
                "\"sends\":[\"GET https://api.example.com/v1/items/a\"] | \"sends\":[\"GET https://api.example.com/\"]",
                "\"without\":[],\"output\":{\"found\":true,\"text\":\"x\"} | \"without\":[\"http\"],\"output\":{\"found\":true,\"text\":\"x\"}",
                "\"files\":{} | \"fails\":\"TRAPPED\""
            })
    void anExpectationHoldsOrItFails(String holds, String fails) {
        assertThat(run("," + holds).verify().holds()).isTrue();
        SkillOutcome other = run("," + fails);
        assertThat(other.faults()).hasSize(1);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(other::verify)
                .withMessageContaining("line 1: item {\"name\":\"a\"}");
    }

    @Test
    void theRequestIsSeenWithThePlaceOfTheSecret() {
        assertThat(run("").requests())
                .singleElement()
                .satisfies(request -> assertThat(new String(request.bytes(), java.nio.charset.StandardCharsets.UTF_8))
                        .contains("Authorization: Bearer {secret:api_token}"));
    }

    @Test
    void aLineThatIsNoCaseIsNamed() {
        for (String wrong : List.of(
                "{",
                "{\"tool\":\"item\"}",
                CALL + ",\"expect\":1}",
                CALL + ",\"output\":{},\"fails\":\"TRAPPED\"}",
                CALL + ",\"without\":[\"everything\"]}",
                CALL + ",\"sends\":[1]}",
                CALL + ",\"files\":{\"a\":1}}",
                "{\"tool\":\"item\",\"input\":{},\"web\":{\"GET https://a.example/\":{}}}",
                "{\"tool\":\"item\",\"input\":{},\"web\":{\"GET https://a.example/\":{\"status\":200,\"x\":1}}}")) {
            assertThatIllegalArgumentException()
                    .as(wrong)
                    .isThrownBy(() -> SkillCase.all("\n" + wrong))
                    .withMessageStartingWith("line 2");
        }
        assertThat(SkillCase.all("\n" + CALL + "}\n"))
                .singleElement()
                .satisfies(one -> assertThat(one.line()).isEqualTo(2));
    }
}
