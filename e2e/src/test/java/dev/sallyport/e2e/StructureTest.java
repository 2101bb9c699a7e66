package dev.sallyport.e2e;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.ofTests("dev.sallyport.e2e")
                .forTests()
                .mayKnow("testkit", "fuzz", "structure")
                // JUnit makes the one by its name.
                .openTypes("OwnFleetsFirst"));
    }
}
