package dev.sallyport.servicekit;

import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class StructureTest {
    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.servicekit")
                // It is called like the task that it is of.
                .except(StructureRule.LOGGER_IS_LOG, "RepeatedTask")
                .pending(StructureRule.SMALL_PACKAGES, "servicekit.access has")
                .pending(StructureRule.NO_BLANK_LINE, "servicekit.access.")
                .pending(
                        StructureRule.NOTHING_NEEDLESSLY_PUBLIC,
                        "EndpointDocument",
                        "AccessEvaluation",
                        "Page",
                        "InboxProperties",
                        "AppliedSource")
                .tests();
    }
}
