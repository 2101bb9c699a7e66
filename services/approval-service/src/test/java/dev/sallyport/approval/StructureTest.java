package dev.sallyport.approval;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;
import java.util.List;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.approval")
                .layered("console")
                .entitiesIn("record")
                .pending(StructureRule.LOGGER_IS_LOG, "LOG")
                .pending(StructureRule.SMALL_PACKAGES, "approval.record has")
                .pending(StructureRule.NOTHING_NEEDLESSLY_PUBLIC, "ApprovalCard", "SignInProperties")
                .pending(StructureRule.NO_BLANK_LINE, "dev.sallyport.approval")
                .apart(
                        "the prompt depends on nothing else of the service",
                        List.of("..approval.prompt"),
                        List.of("..approval.record..", "..approval.signin..", "..approval.console.."))
                .apart("records do not know sign-in", List.of("..approval.record.."), List.of("..approval.signin.."))
                .apart("sign-in does not know records", List.of("..approval.signin.."), List.of("..approval.record..")));
    }
}
