package dev.sallyport.approval;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;
import java.util.List;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.approval")
                .layered("console")
                .entitiesIn("record")
                .apart(
                        "the prompt depends on nothing else of the service",
                        List.of("..approval.prompt"),
                        List.of("..approval.record..", "..approval.signin..", "..approval.console.."))
                .apart("records do not know sign-in", List.of("..approval.record.."), List.of("..approval.signin.."))
                .apart(
                        "sign-in does not know records",
                        List.of("..approval.signin.."),
                        List.of("..approval.record..")));
    }
}
