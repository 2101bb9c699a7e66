package dev.sallyport.embedded;

import dev.sallyport.structure.StructureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class StructureTest {
    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.embedded")
                // Kafka makes the one by its name; tests connect with the other.
                .openTypes("RenewableTls", "KafkaClientSecurity")
                .tests();
    }
}
