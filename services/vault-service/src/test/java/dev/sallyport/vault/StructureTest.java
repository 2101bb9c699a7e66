package dev.sallyport.vault;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class StructureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sallyport.vault");

    @Test
    void nothingButTheWebItselfDependsOnTheWeb() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..web..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sallyport.vault..web..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage("..keyring", "..secret", "..ca", "..join", "..denylist", "..audit")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..", "org.springframework.http..", "jakarta.servlet..")
                .check(CLASSES);
    }

    @Test
    void noServiceKnowsAnother() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sallyport.policy..",
                        "dev.sallyport.approval..",
                        "dev.sallyport.executor..",
                        "dev.sallyport.attestation..")
                .check(CLASSES);
    }

    @Test
    void domainsDoNotGoRoundInCircles() {
        slices().matching("dev.sallyport.vault.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void aValueNeverBecomesAStringOrJson() {
        noClasses()
                .that()
                .haveSimpleName("SecretEnvelope")
                .or()
                .haveSimpleName("Redemption")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("tools.jackson..")
                .check(CLASSES);
    }
}
