package dev.sallyport.cli;

import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class StructureTest {
    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.cli")
                .pending(StructureRule.NO_PACKAGE_CIRCLE, "Slice cli ->")
                .pending(StructureRule.SMALL_PACKAGES, "cli.verify has")
                .pending(StructureRule.NO_BLANK_LINE, "dev.sallyport.cli")
                .tests();
    }
}
