package dev.sallyport.bench;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRules;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.bench")
                .mayKnow("attestation", "executor", "policy", "testkit")
                // JMH finds them by their annotation and writes classes beside them.
                .openTypes(
                        "bench.code.CedarDecisions",
                        "bench.code.Certificates",
                        "bench.code.Envelopes",
                        "bench.code.ProfileReads",
                        "bench.code.SkillLoops",
                        "jmh_generated"));
    }
}
