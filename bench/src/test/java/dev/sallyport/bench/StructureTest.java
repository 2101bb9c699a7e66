package dev.sallyport.bench;

import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class StructureTest {
    @TestFactory
    Stream<DynamicTest> structure() {
        return StructureRules.of("dev.sallyport.bench")
                .mayKnow("attestation", "executor", "policy", "testkit")
                // JMH finds them by their annotation and writes classes beside them.
                .openTypes("bench.code.CedarDecisions", "bench.code.Certificates", "jmh_generated")
                .pending(StructureRule.NO_PACKAGE_CIRCLE, "Slice bench ->")
                .pending(StructureRule.NO_BLANK_LINE, "dev.sallyport.bench")
                .tests();
    }
}
