package dev.sallyport.skillrunner;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;

class StructureTest extends ModuleStructure {
    StructureTest() {
        // No service runs skills yet, so nothing else in the repository names the runner.
        super(StructureRules.of("dev.sallyport.skillrunner").openTypes("SkillRunner", "SkillFailure"));
    }
}
