package dev.sallyport.attestation;

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
            .importPackages("dev.sallyport.attestation");

    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.attestation")
                .layered("intake")
                .pending(StructureRule.LOGGER_IS_LOG, "LOG")
                .pending(StructureRule.SMALL_PACKAGES, "attestation.log has")
                .pending(
                        StructureRule.NOTHING_NEEDLESSLY_PUBLIC,
                        "LogIdentity",
                        "LedgerProperties",
                        "IndexProjection",
                        "DetailException",
                        "CheckpointPublisher")
                .pending(StructureRule.NO_BLANK_LINE, "dev.sallyport.attestation")
                .pending(StructureRule.SQL_IN_LOWER_CASE, "dev.sallyport.attestation")
                .tests();
    }

    @Test
    void theLogKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..attestation.log", "..attestation.detail", "..attestation.index", "..attestation.cases")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..")
                .check(CLASSES);
    }
}
