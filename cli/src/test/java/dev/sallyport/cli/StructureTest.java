package dev.sallyport.cli;

import dev.sallyport.structure.StructureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class StructureTest {
    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.cli").tests();
    }
}
