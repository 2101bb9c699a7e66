package dev.sallyport.executor;

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
    private static final JavaClasses SERVICE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sallyport.executor");

    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.executor")
                .layered()
                .pending(StructureRule.SMALL_PACKAGES, "sandbox.linux has")
                .pending(StructureRule.NOTHING_NEEDLESSLY_PUBLIC, "NodeProperties", "LeaseTerms", "BubblewrapLaunch")
                .pending(StructureRule.NO_BLANK_LINE, "dev.sallyport.executor")
                .tests();
    }

    @Test
    void controlKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAPackage("..executor.control")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework.web..")
                .check(SERVICE);
    }

    @Test
    void sandboxProgramsAndToolsKnowNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..executor.sandbox..",
                        "..executor.process..",
                        "..executor.tool..",
                        "..executor.workspace..",
                        "..executor.doctor..",
                        "..executor.permit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "dev.sallyport.servicekit..",
                        "..executor.node..",
                        "..executor.control..")
                .check(SERVICE);
    }

    @Test
    void nodeAndControlKnowOneAnotherOnlyByTheWire() {
        noClasses()
                .that()
                .resideInAPackage("..executor.node..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..executor.control..",
                        "java.sql..",
                        "javax.sql..",
                        "org.springframework.jdbc..",
                        "org.apache.kafka..")
                .check(SERVICE);
        noClasses()
                .that()
                .resideInAPackage("..executor.control..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..executor.node..", "..executor.sandbox..", "..executor.tool..", "..executor.process..")
                .check(SERVICE);
    }

    @Test
    void sandboxesAreStartedOnlyFromThreadsThatNeverEnd() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.(BubblewrapSandbox|Spawner|Doctor)")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(SERVICE);
    }
}
