package dev.sallyport.structure;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.structure")
                .forTests()
                .except(StructureRule.SQL_IN_LOWER_CASE, "SourceChecks", "structure.wrong", "RulesFindTest")
                .except(StructureRule.NO_BLANK_LINE, "structure.wrong"));
    }
}
