package dev.sallyport.structure;

import java.util.stream.Stream;

/** One rule; its sentence is the test's name. */
public enum StructureRule {
    NO_PACKAGE_CIRCLE("packages form no circle"),
    EDGES_OUTSIDE("the domain knows neither web nor messaging"),
    EDGES_APART("web and messaging do not know each other"),
    NO_OTHER_APPLICATION("no other application is known"),
    ENTITIES_STAY_HOME("JPA entities stay in their packages, the edges keep none"),
    LOGGER_IS_LOG("a logger is a private static final field called log"),
    SMALL_PACKAGES("a package has at most 20 files"),
    NOTHING_NEEDLESSLY_PUBLIC("a public type has a user in another package"),
    NO_BLANK_LINE("a type's body does not begin with a blank line"),
    SQL_IN_LOWER_CASE("SQL keywords are in lower case");

    private final String sentence;

    StructureRule(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }

    /** Every place that breaks the rule, one line of text each. */
    Stream<String> findings(CheckedModule module) {
        return switch (this) {
            case NO_PACKAGE_CIRCLE -> LayerChecks.circles(module);
            case EDGES_OUTSIDE -> LayerChecks.domain(module);
            case EDGES_APART -> LayerChecks.edges(module);
            case NO_OTHER_APPLICATION -> LayerChecks.applications(module);
            case ENTITIES_STAY_HOME -> LayerChecks.entities(module);
            case LOGGER_IS_LOG -> LayerChecks.loggers(module);
            case SMALL_PACKAGES -> SourceChecks.largePackages(module);
            case NOTHING_NEEDLESSLY_PUBLIC -> PublicTypes.unused(module);
            case NO_BLANK_LINE -> SourceChecks.blankLines(module);
            case SQL_IN_LOWER_CASE -> SourceChecks.upperCaseSql(module);
        };
    }
}
