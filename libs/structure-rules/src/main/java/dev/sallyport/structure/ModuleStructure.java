package dev.sallyport.structure;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a module's StructureTest extends: it gives the module's rules to the constructor and adds tests of its own. */
public abstract class ModuleStructure {
    private final StructureRules rules;

    /** Checks these rules. */
    protected ModuleStructure(StructureRules rules) {
        this.rules = rules;
    }

    /** One test per rule. */
    @TestFactory
    protected final Stream<DynamicTest> structure() {
        return rules.tests();
    }
}
