package dev.sallyport.structure;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class StructureTest {
    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.structure")
                .forTests()
                .except(StructureRule.SQL_IN_LOWER_CASE, "SourceChecks", "structure.wrong", "RulesFindTest")
                .except(StructureRule.NO_BLANK_LINE, "structure.wrong")
                .tests();
    }
}
