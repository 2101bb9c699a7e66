package dev.sallyport.attestation;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;
import java.util.List;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.attestation")
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
                .apart(
                        "the log knows no HTTP",
                        List.of(
                                "..attestation.log",
                                "..attestation.detail",
                                "..attestation.index",
                                "..attestation.cases"),
                        List.of("org.springframework.web..")));
    }
}
