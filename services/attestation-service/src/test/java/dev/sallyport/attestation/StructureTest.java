package dev.sallyport.attestation;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;
import java.util.List;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.attestation")
                .layered("intake", "console")
                .openTypes("IndexProjection", "DetailException", "CheckpointPublisher")
                .apart(
                        "the log knows no HTTP",
                        List.of(
                                "..attestation.log",
                                "..attestation.rejection",
                                "..attestation.detail",
                                "..attestation.index",
                                "..attestation.cases"),
                        List.of("org.springframework.web..")));
    }
}
