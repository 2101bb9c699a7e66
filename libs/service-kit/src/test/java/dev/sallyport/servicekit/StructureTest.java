package dev.sallyport.servicekit;

import dev.sallyport.structure.ModuleStructure;
import dev.sallyport.structure.StructureRule;
import dev.sallyport.structure.StructureRules;

class StructureTest extends ModuleStructure {
    StructureTest() {
        super(StructureRules.of("dev.sallyport.servicekit")
                // It is called like the task that it is of.
                .except(StructureRule.LOGGER_IS_LOG, "RepeatedTask")
                // Tomcat makes the first by its name.
                .openTypes("NoResumption", "AppliedSource", "AccessEvaluation"));
    }
}
