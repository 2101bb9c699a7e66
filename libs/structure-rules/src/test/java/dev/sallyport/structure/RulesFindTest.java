package dev.sallyport.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the rules find in the package {@code wrong}, which breaks them. */
class RulesFindTest {
    private static final CheckedModule WRONG = new CheckedModule("dev.sallyport.structure.wrong", "test");

    static {
        WRONG.layered = true;
    }

    @ParameterizedTest
    @CsvSource({
        "NO_PACKAGE_CIRCLE, Slice structure.wrong",
        "EDGES_OUTSIDE, wrong.web.UnrulyController",
        "EDGES_APART, wrong.messaging.UnrulyListener",
        "LOGGER_IS_LOG, Unruly.LOG",
        "NO_BLANK_LINE, public class Unruly {",
        "SQL_IN_LOWER_CASE, SELECT name FROM person"
    })
    void aBrokenRuleIsFound(StructureRule rule, String finding) {
        assertThat(rule.findings(WRONG)).anyMatch(found -> found.contains(finding));
    }

    @Test
    void aPublicTypeThatOnlyItsOwnPackageNamesIsFound() {
        List<String> findings =
                StructureRule.NOTHING_NEEDLESSLY_PUBLIC.findings(WRONG).toList();
        assertThat(findings)
                .contains(
                        "dev.sallyport.structure.wrong.Unruly is public for nobody",
                        "dev.sallyport.structure.wrong.web.UnrulyController is public for nobody");
        WRONG.usedByTests = true;
        assertThat(StructureRule.NOTHING_NEEDLESSLY_PUBLIC.findings(WRONG))
                .noneMatch(found -> found.contains(".wrong."));
        WRONG.usedByTests = false;
    }
}
