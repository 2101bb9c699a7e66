package dev.sallyport.executor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.SecureDirectoryStream;
import org.junit.jupiter.api.Test;

class StructureTest {

    private static final JavaClasses SERVICE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sallyport.executor");

    @Test
    void webAndMessagingDependOnTheDomainAndNeverTheReverse() {
        noClasses()
                .that()
                .resideInAPackage("..executor.control")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..control.web..", "..control.messaging..", "org.springframework.web..", "org.apache.kafka..")
                .check(SERVICE);
    }

    @Test
    void sandboxProgramsAndToolsKnowNoFramework() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..executor.sandbox..",
                        "..executor.platform..",
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
    void noOtherServiceIsDependedOn() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sallyport.policy..",
                        "dev.sallyport.approval..",
                        "dev.sallyport.attestation..",
                        "dev.sallyport.vault..",
                        "dev.sallyport.local..")
                .check(SERVICE);
    }

    @Test
    void sandboxesAreStartedOnlyFromThreadsThatNeverEnd() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.(BubblewrapSandbox|Spawner|LinuxSandboxHost.*)")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(SERVICE);
    }

    @Test
    void onlyTheLinuxPackageKnowsBubblewrap() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..executor.sandbox.linux..")
                .should()
                .dependOnClassesThat()
                .haveSimpleNameStartingWith("Bubblewrap")
                .check(SERVICE);
    }

    @Test
    void whatOperatingSystemsDoDifferentlyStaysInItsRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..executor.platform..", "..executor.sandbox.linux..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(SecureDirectoryStream.class)
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.nio\\.file\\.attribute\\.Posix.*")
                .check(SERVICE);
        noClasses()
                .that()
                .resideOutsideOfPackages("..executor.sandbox.linux..", "..executor.node", "..executor.doctor")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..executor.sandbox.linux..")
                .check(SERVICE);
    }

    @Test
    void packagesFormNoCircle() {
        slices().matching("dev.sallyport.executor.(**)")
                .should()
                .beFreeOfCycles()
                .check(SERVICE);
    }
}
