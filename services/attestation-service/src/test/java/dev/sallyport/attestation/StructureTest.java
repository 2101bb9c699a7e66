package dev.sallyport.attestation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class StructureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sallyport.attestation");

    @Test
    void theLogKnowsNeitherKafkaNorTheWeb() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..attestation.log", "..attestation.detail", "..attestation.index", "..attestation.cases")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..", "org.springframework.web..", "jakarta.servlet..", "..web..", "..intake..")
                .check(CLASSES);
    }

    @Test
    void thePackagesFormNoCycle() {
        slices().matching("dev.sallyport.attestation.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void noOtherServiceIsDependedOn() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackages(
                        "dev.sallyport.policy..",
                        "dev.sallyport.approval..",
                        "dev.sallyport.executor..",
                        "dev.sallyport.vault..")
                .check(CLASSES);
    }
}
