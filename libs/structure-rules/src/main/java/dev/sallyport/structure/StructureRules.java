package dev.sallyport.structure;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;

/**
 * The structure rules of one module and what is special about it. Every {@link StructureRule} becomes one test. Paths are
 * looked up from the module's folder, where Surefire starts.
 */
public final class StructureRules {
    private static final int MOST_FINDINGS = 50;
    private static final int MOST_LINES = 12;

    private final CheckedModule module;
    private final Map<StructureRule, List<String>> exceptions = new EnumMap<>(StructureRule.class);
    private final Map<String, ArchRule> own = new LinkedHashMap<>();

    private StructureRules(CheckedModule module) {
        this.module = module;
    }

    /** The rules for the main code below this package. */
    public static StructureRules of(String root) {
        return new StructureRules(new CheckedModule(root, "main"));
    }

    /** The rules for a module that has test code only. */
    public static StructureRules ofTests(String root) {
        return new StructureRules(new CheckedModule(root, "test"));
    }

    /** Test libraries: other modules' tests count as users of their public types. */
    public StructureRules forTests() {
        module.usedByTests = true;
        return this;
    }

    /**
     * Layers apply: the domain knows neither Spring MVC, the servlet API nor Kafka. Packages called {@code web} and
     * {@code messaging} are the edges; these are the other packages, relative to the root, that are edges too.
     */
    public StructureRules layered(String... edges) {
        module.layered = true;
        module.edges = List.of(edges);
        return this;
    }

    /** The packages, relative to the root, in which JPA entities live. */
    public StructureRules entitiesIn(String... packages) {
        module.entityPackages = List.of(packages);
        return this;
    }

    /** The services and applications that this module may depend on, by the package below {@code dev.sallyport}. */
    public StructureRules mayKnow(String... applications) {
        module.known = List.of(applications);
        return this;
    }

    /** Public types, by simple name, that another package's tests, a framework or a reader's own program uses. */
    public StructureRules openTypes(String... types) {
        return except(StructureRule.NOTHING_NEEDLESSLY_PUBLIC, types);
    }

    /** A rule of this module alone: the first packages do not depend on the second ones (patterns as ArchUnit's). */
    public StructureRules apart(String sentence, List<String> packages, List<String> strangers) {
        return also(sentence, LayerChecks.apart(packages, strangers));
    }

    /** A rule of this module alone. */
    public StructureRules also(String sentence, ArchRule rule) {
        own.put(sentence, rule);
        return this;
    }

    /** Leaves out findings of the rule whose text contains one of these names. */
    public StructureRules except(StructureRule rule, String... names) {
        exceptions.merge(
                rule,
                List.of(names),
                (known, more) -> Stream.concat(known.stream(), more.stream()).toList());
        return this;
    }

    /** Findings that are known and still to be put right, named like {@link #except}; each entry is to go. */
    public StructureRules pending(StructureRule rule, String... names) {
        return except(rule, names);
    }

    Stream<DynamicTest> tests() {
        Stream<DynamicTest> shared = Arrays.stream(StructureRule.values())
                .map(rule -> DynamicTest.dynamicTest(rule.sentence(), () -> check(rule)));
        Stream<DynamicTest> special = own.entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(), () -> rule.getValue().check(module.classes())));
        return Stream.concat(shared, special);
    }

    private void check(StructureRule rule) {
        List<String> names = exceptions.getOrDefault(rule, List.of());
        List<String> findings = rule.findings(module)
                .filter(finding -> names.stream().noneMatch(finding::contains))
                .limit(MOST_FINDINGS)
                .map(finding -> finding.lines().limit(MOST_LINES).collect(Collectors.joining("\n")))
                .toList();
        if (!findings.isEmpty()) {
            Assertions.fail(rule.sentence() + ", but:\n" + String.join("\n", findings));
        }
    }
}
