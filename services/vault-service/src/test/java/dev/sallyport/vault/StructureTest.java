package dev.sallyport.vault;

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
            .importPackages("dev.sallyport.vault");

    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.vault")
                .layered()
                .pending(StructureRule.EDGES_OUTSIDE, "vault.VaultProblems")
                .pending(StructureRule.NOTHING_NEEDLESSLY_PUBLIC, "KubernetesProperties")
                .tests();
    }

    @Test
    void theDomainKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAnyPackage("..keyring", "..secret", "..ca", "..join", "..denylist", "..audit")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..", "org.springframework.http..", "jakarta.servlet..")
                .check(CLASSES);
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
