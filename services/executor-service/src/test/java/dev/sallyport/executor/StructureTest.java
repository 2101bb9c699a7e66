package dev.sallyport.executor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;
import java.nio.file.SecureDirectoryStream;
import java.util.List;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.executor")
                .layered()
                .apart("control knows no HTTP", List.of("..executor.control"), List.of("org.springframework.web.."))
                .apart(
                        "sandbox, programs and tools know no framework",
                        List.of(
                                "..executor.sandbox..",
                                "..executor.platform..",
                                "..executor.process..",
                                "..executor.tool..",
                                "..executor.workspace..",
                                "..executor.doctor..",
                                "..executor.permit..",
                                "..executor.egress..",
                                "..executor.secret.."),
                        List.of(
                                "org.springframework..",
                                "dev.sallyport.servicekit..",
                                "..executor.node..",
                                "..executor.control.."))
                .apart(
                        "a node knows control only by the wire",
                        List.of("..executor.node.."),
                        List.of(
                                "..executor.control..",
                                "java.sql..",
                                "javax.sql..",
                                "org.springframework.jdbc..",
                                "org.apache.kafka.."))
                .apart(
                        "control knows nodes only by the wire",
                        List.of("..executor.control.."),
                        List.of(
                                "..executor.node..",
                                "..executor.sandbox..",
                                "..executor.tool..",
                                "..executor.process.."))
                .also(
                        "no tool is started by the JDK, which hands over neither descriptors nor limits; only what shows"
                                + " a version, or that a canary works without a sandbox",
                        noClasses()
                                .that()
                                .haveNameNotMatching(".*\\.(Canaries|SystemCanaries|LinuxSandboxHost).*")
                                .should()
                                .dependOnClassesThat()
                                .areAssignableTo(ProcessBuilder.class))
                .also(
                        "only the Linux package knows bubblewrap",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage("..executor.sandbox.linux..")
                                .should()
                                .dependOnClassesThat()
                                .haveSimpleNameStartingWith("Bubblewrap"))
                .also(
                        "what operating systems do differently stays in its room",
                        noClasses()
                                .that()
                                .resideOutsideOfPackages("..executor.platform..", "..executor.sandbox.linux..")
                                .should()
                                .dependOnClassesThat()
                                .areAssignableTo(SecureDirectoryStream.class)
                                .orShould()
                                .dependOnClassesThat()
                                .haveNameMatching("java\\.nio\\.file\\.attribute\\.Posix.*"))
                .also(
                        "only node and doctor know the packages of one system",
                        noClasses()
                                .that()
                                .resideOutsideOfPackages(
                                        "..executor.sandbox.linux..",
                                        "..executor.sandbox.mac..",
                                        "..executor.sandbox.windows..",
                                        "..executor.node",
                                        "..executor.doctor")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(
                                        "..executor.sandbox.linux..",
                                        "..executor.sandbox.mac..",
                                        "..executor.sandbox.windows.."))
                .apart(
                        "the systems' packages do not know each other",
                        List.of("..executor.sandbox.mac..", "..executor.sandbox.windows.."),
                        List.of("..executor.sandbox.linux..")));
    }
}
