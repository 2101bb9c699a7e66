package dev.sallyport.skills;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;

class StructureTest extends ModuleStructure {
    StructureTest() {
        // No service takes skills yet, so nothing else in the repository asks for publishers and releases.
        super(StructureRules.of("dev.sallyport.skills").openTypes("TrustedPublishers", "SkillRelease"));
    }
}
