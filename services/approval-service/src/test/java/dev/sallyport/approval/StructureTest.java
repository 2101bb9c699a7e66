package dev.sallyport.approval;

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
            .importPackages("dev.sallyport.approval");

    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.approval")
                .layered("console")
                .entitiesIn("record")
                .pending(StructureRule.LOGGER_IS_LOG, "LOG")
                .pending(StructureRule.SMALL_PACKAGES, "approval.record has")
                .pending(StructureRule.NOTHING_NEEDLESSLY_PUBLIC, "ApprovalCard", "SignInProperties")
                .pending(StructureRule.NO_BLANK_LINE, "dev.sallyport.approval")
                .tests();
    }

    @Test
    void thePromptDependsOnNothingElseOfTheService() {
        noClasses()
                .that()
                .resideInAPackage("..approval.prompt")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..approval.record..", "..approval.signin..", "..approval.console..")
                .check(CLASSES);
    }

    @Test
    void recordsAndSignInDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage("..approval.record..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..approval.signin..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("..approval.signin..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..approval.record..")
                .check(CLASSES);
    }
}
