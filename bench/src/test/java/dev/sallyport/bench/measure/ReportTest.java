package dev.sallyport.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    private static final Floor STEADY = new Floor(100, 110);

    @Test
    void aBarIsHeldOrMissedByTheRatioToTheMeanOfBothFloors() {
        assertThat(Row.judged("x", 21, "ms", STEADY, Bar.atMost(0.2)).holds()).isTrue();
        assertThat(Row.judged("x", 22, "ms", STEADY, Bar.atMost(0.2)).holds()).isFalse();
        assertThat(Row.judged("x", 21, "1/s", STEADY, Bar.atLeast(0.2)).holds()).isTrue();
        assertThat(Row.judged("x", 20, "1/s", STEADY, Bar.atLeast(0.2)).holds()).isFalse();
        assertThat(Row.absolute("x", 1, "MB").holds()).isNull();
        assertThat(Row.beside("x", 1, "ms", STEADY).holds()).isNull();
    }

    @Test
    void jsonHasEveryFieldOfEveryRowAndNullWhereNothingIsJudged() {
        Report report = new Report();
        report.add(List.of(Row.judged("a", 10.5, "ms", STEADY, Bar.atMost(1)), Row.absolute("b", 1234, "MiB")));

        JsonNode json = JsonMapper.builder().build().readTree(report.json());

        assertThat(json).hasSize(2);
        for (JsonNode row : json) {
            assertThat(row.propertyNames()).containsExactly("name", "value", "unit", "floor", "ratio", "bar", "holds");
        }
        assertThat(json.at("/0/holds").booleanValue()).isTrue();
        assertThat(json.at("/0/floor").doubleValue()).isEqualTo(105);
        assertThat(json.at("/0/ratio").doubleValue()).isEqualTo(0.1);
        assertThat(json.at("/1/value").doubleValue()).isEqualTo(1234);
        assertThat(json.at("/1/holds").isNull()).isTrue();
        assertThat(json.at("/1/floor").isNull()).isTrue();
    }

    @Test
    void floorsThatDifferMuchAreWarnedOf() {
        assertThat(table(Row.beside("loud", 1, "ms", new Floor(1, 1.4)))).contains("the machine was not quiet");
        assertThat(table(Row.beside("still", 1, "ms", STEADY))).doesNotContain("not quiet");
    }

    @Test
    void aMissedBarShowsInTheExitStatusAndInTheTable() {
        Report report = new Report();
        report.add(List.of(Row.judged("a", 1, "ms", STEADY, Bar.atMost(1))));
        assertThat(report.allHold()).isTrue();
        report.add(List.of(Row.judged("b", 1, "ms", STEADY, Bar.atLeast(1))));
        assertThat(report.allHold()).isFalse();
        assertThat(table(Row.judged("b", 1, "ms", STEADY, Bar.atLeast(1)))).contains("NO");
    }

    private static String table(Row row) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Report report = new Report();
        report.add(List.of(row));
        report.print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }
}
