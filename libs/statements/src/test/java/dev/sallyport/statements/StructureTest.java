package dev.sallyport.statements;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.statements")
                .pending(StructureRule.SMALL_PACKAGES, "statements.predicate has"));
    }
}
