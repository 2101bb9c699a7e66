package dev.sallyport.executor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;
import java.util.List;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.executor")
                .layered()
                .pending(StructureRule.SMALL_PACKAGES, "sandbox.linux has")
                .pending(StructureRule.NOTHING_NEEDLESSLY_PUBLIC, "NodeProperties", "LeaseTerms", "BubblewrapLaunch")
                .pending(StructureRule.NO_BLANK_LINE, "dev.sallyport.executor")
                .apart("control knows no HTTP", List.of("..executor.control"), List.of("org.springframework.web.."))
                .apart(
                        "sandbox, programs and tools know no framework",
                        List.of(
                                "..executor.sandbox..",
                                "..executor.process..",
                                "..executor.tool..",
                                "..executor.workspace..",
                                "..executor.doctor..",
                                "..executor.permit.."),
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
                        List.of("..executor.node..", "..executor.sandbox..", "..executor.tool..", "..executor.process.."))
                .also(
                        "sandboxes are started only from threads that never end",
                        noClasses()
                                .that()
                                .haveNameNotMatching(".*\\.(BubblewrapSandbox|Spawner|Doctor)")
                                .should()
                                .dependOnClassesThat()
                                .areAssignableTo(ProcessBuilder.class)));
    }
}
