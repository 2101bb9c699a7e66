package dev.sallyport.statements;

import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class StructureTest {
    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.statements")
                .pending(StructureRule.SMALL_PACKAGES, "statements.predicate has")
                .tests();
    }
}
