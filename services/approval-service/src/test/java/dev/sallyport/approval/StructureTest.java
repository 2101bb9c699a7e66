package dev.sallyport.approval;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

class StructureTest {

    private static final JavaClasses SERVICE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sallyport.approval");

    private static void holds(ArchRule rule) {
        rule.check(SERVICE);
    }

    @Test
    void theDomainKnowsNeitherTheWebNorMessages() {
        holds(noClasses()
                .that()
                .resideInAnyPackage("..approval.record", "..approval.prompt", "..approval.signin")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework.web.bind..",
                        "org.springframework.web.servlet..",
                        "jakarta.servlet..",
                        "org.apache.kafka..",
                        "org.springframework.kafka..",
                        "..approval..web",
                        "..approval..messaging",
                        "..approval.console"));
    }

    @Test
    void thePromptDependsOnNothingElseOfTheService() {
        holds(noClasses()
                .that()
                .resideInAPackage("..approval.prompt")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..approval.record..", "..approval.signin..", "..approval.console.."));
    }

    @Test
    void recordsAndSignInDoNotKnowEachOther() {
        holds(noClasses()
                .that()
                .resideInAPackage("..approval.record..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..approval.signin.."));
        holds(noClasses()
                .that()
                .resideInAPackage("..approval.signin..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..approval.record.."));
    }

    @Test
    void messagingAndWebDoNotKnowEachOther() {
        holds(noClasses()
                .that()
                .resideInAPackage("..messaging..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..approval..web..", "..approval.console.."));
        holds(noClasses()
                .that()
                .resideInAnyPackage("..approval..web..", "..approval.console..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..approval..messaging.."));
    }

    @Test
    void noOtherServiceIsKnown() {
        holds(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sallyport.policy..",
                        "dev.sallyport.executor..",
                        "dev.sallyport.attestation..",
                        "dev.sallyport.vault.."));
    }

    @Test
    void packagesFormNoCycle() {
        holds(slices().matching("dev.sallyport.approval.(*)..").should().beFreeOfCycles());
    }

    @Test
    void entitiesStayInTheRecordPackage() {
        holds(classes()
                .that()
                .areAnnotatedWith(jakarta.persistence.Entity.class)
                .should()
                .resideInAPackage("..approval.record"));
    }
}
