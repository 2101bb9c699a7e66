package dev.sallyport.embedded;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.embedded")
                // Kafka makes the one by its name; tests connect with the other.
                .openTypes("RenewableTls", "KafkaClientSecurity"));
    }
}
