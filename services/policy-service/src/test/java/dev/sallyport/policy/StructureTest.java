package dev.sallyport.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.policy")
                .layered("console")
                // The benchmarks use it.
                .openTypes("policyset.PolicySourceGuard")
                .also(
                        "only the engine and its compiler know Cedar",
                        noClasses()
                                .that()
                                .resideOutsideOfPackages("..engine..", "..policyset..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("com.cedarpolicy..")));
    }
}
