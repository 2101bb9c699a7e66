package dev.sallyport.skilltest;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.skilltest"));
    }
}
