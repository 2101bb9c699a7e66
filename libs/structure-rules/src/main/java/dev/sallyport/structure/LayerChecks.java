package dev.sallyport.structure;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.never;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The rules on who may depend on whom, checked on the compiled classes. */
final class LayerChecks {
    private static final String FLEET = "dev.sallyport.";
    private static final String ENTITY = "jakarta.persistence.Entity";
    private static final String LOGGER = "org.slf4j.Logger";
    private static final String[] EDGE_LIBRARIES = {
        "org.springframework.web.bind..",
        "org.springframework.web.servlet..",
        "jakarta.servlet..",
        "org.apache.kafka..",
        "org.springframework.kafka.."
    };
    private static final List<String> APPLICATIONS = List.of(
            "approval",
            "attestation",
            "bench",
            "cli",
            "deploy",
            "e2e",
            "executor",
            "fuzz",
            "local",
            "pagetest",
            "policy",
            "servicetest",
            "structure",
            "testkit",
            "vault");

    private LayerChecks() {}

    static Stream<String> circles(CheckedModule module) {
        return findings(module, slices().matching(FLEET + "(**)").should().beFreeOfCycles());
    }

    static Stream<String> domain(CheckedModule module) {
        if (!module.layered) {
            return Stream.empty();
        }
        DescribedPredicate<JavaClass> edge = edge(module);
        return findings(module, dependency(DescribedPredicate.not(edge), edge.or(resideInAnyPackage(EDGE_LIBRARIES))));
    }

    static Stream<String> edges(CheckedModule module) {
        DescribedPredicate<JavaClass> messaging = resideInAnyPackage(module.root + "..messaging..");
        DescribedPredicate<JavaClass> web = edge(module).and(DescribedPredicate.not(messaging));
        return Stream.concat(
                findings(module, dependency(messaging, web)), findings(module, dependency(web, messaging)));
    }

    static Stream<String> applications(CheckedModule module) {
        String[] others = APPLICATIONS.stream()
                .filter(name -> !module.known.contains(name))
                .filter(name -> !(module.root + ".").startsWith(FLEET + name + "."))
                .map(name -> FLEET + name + "..")
                .toArray(String[]::new);
        return findings(module, dependency(DescribedPredicate.alwaysTrue(), resideInAnyPackage(others)));
    }

    static Stream<String> entities(CheckedModule module) {
        Set<String> homes = Set.copyOf(module.entityPackages.stream()
                .map(name -> module.root + "." + name)
                .toList());
        DescribedPredicate<JavaClass> entity =
                DescribedPredicate.describe("are entities", type -> type.isAnnotatedWith(ENTITY));
        DescribedPredicate<JavaClass> home =
                DescribedPredicate.describe("are at home", type -> homes.contains(type.getPackageName()));
        Stream<String> strays = module.classes().stream()
                .filter(entity)
                .filter(DescribedPredicate.not(home))
                .map(type -> type.getName() + " is an entity outside " + homes);
        Stream<String> sent = module.classes().stream()
                .filter(edge(module))
                .flatMap(type -> type.getFields().stream())
                .filter(field ->
                        field.getType().getAllInvolvedRawTypes().stream().anyMatch(entity))
                .map(field -> field.getFullName() + " holds an entity outside the domain");
        return Stream.concat(strays, sent);
    }

    static Stream<String> loggers(CheckedModule module) {
        return module.classes().stream()
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getRawType().getName().equals(LOGGER))
                .filter(field -> !field.getName().equals("log")
                        || !field.getModifiers()
                                .containsAll(Set.of(JavaModifier.PRIVATE, JavaModifier.STATIC, JavaModifier.FINAL)))
                .map(field -> field.getFullName());
    }

    static ArchRule apart(List<String> packages, List<String> strangers) {
        return dependency(
                resideInAnyPackage(packages.toArray(String[]::new)),
                resideInAnyPackage(strangers.toArray(String[]::new)));
    }

    private static DescribedPredicate<JavaClass> edge(CheckedModule module) {
        return resideInAnyPackage(Stream.concat(
                        Stream.of("..web..", "..messaging.."),
                        module.edges.stream().map(name -> "." + name + ".."))
                .map(name -> module.root + name)
                .toArray(String[]::new));
    }

    private static ArchRule dependency(DescribedPredicate<JavaClass> from, DescribedPredicate<JavaClass> to) {
        return classes().that(from).should(never(dependOnClassesThat(to)));
    }

    private static Stream<String> findings(CheckedModule module, ArchRule rule) {
        return rule.allowEmptyShould(true).evaluate(module.classes()).getFailureReport().getDetails().stream();
    }
}
