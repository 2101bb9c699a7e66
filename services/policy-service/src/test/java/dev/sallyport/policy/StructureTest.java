package dev.sallyport.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class StructureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sallyport.policy");

    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.policy")
                .layered()
                .entitiesIn("proposal")
                .pending(StructureRule.LOGGER_IS_LOG, "LOG")
                .pending(StructureRule.SMALL_PACKAGES, "policy.engine has", "policy.proposal has")
                .pending(
                        StructureRule.NOTHING_NEEDLESSLY_PUBLIC,
                        "PolicyUnavailableException",
                        "ProposalRequest",
                        "InvalidPolicySetException")
                .tests();
    }

    @Test
    void onlyTheEngineAndItsCompilerKnowCedar() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..engine..", "..policyset..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.cedarpolicy..")
                .check(CLASSES);
    }
}
