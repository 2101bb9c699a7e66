package dev.sallyport.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class StructureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sallyport.policy");

    @Test
    void webAndMessagingDependOnTheDomainAndNeverTheReverse() {
        assertThat(CLASSES).hasSizeGreaterThan(80);
        noClasses()
                .that()
                .resideOutsideOfPackages("..web..", "..messaging..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sallyport.policy..web..", "dev.sallyport.policy..messaging..")
                .check(CLASSES);
    }

    @Test
    void theDomainKnowsNeitherSpringMvcNorKafka() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..web..", "..messaging..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.web.bind..",
                        "org.springframework.web.servlet..",
                        "jakarta.servlet..",
                        "org.apache.kafka..",
                        "org.springframework.kafka..")
                .check(CLASSES);
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

    @Test
    void domainPackagesAreFreeOfCycles() {
        slices().matching("dev.sallyport.policy.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void noServiceDependsOnAnother() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sallyport.approval..",
                        "dev.sallyport.executor..",
                        "dev.sallyport.attestation..",
                        "dev.sallyport.vault..")
                .check(CLASSES);
    }
}
