package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.RuleRef;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** Reads the tests of a set and runs them on its snapshot. */
final class PolicyTests {
    /** Tests are decisions, and decisions have the engine's time for themselves. */
    private static final int MOST_TESTS = 1_000;

    private static final JsonRules RULES = new JsonRules(256 << 10, 16, 8 << 10, MOST_TESTS, true, false);

    private final List<Placed> tests = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    private PolicyTests() {}

    private record Placed(String file, PolicyTest test) {}

    /** A file of tests: {@code {"tests": […]}}. */
    record TestFile(List<PolicyTest> tests) {}

    /** The tests of a set; what is wrong with them is a finding. */
    static PolicyTests of(SetDocument document) {
        PolicyTests all = new PolicyTests();
        document.tests().forEach(all::read);
        if (all.tests.size() > MOST_TESTS) {
            all.findings.add(Finding.error("", 1, 1, null, "A set has at most " + MOST_TESTS + " tests."));
        } else if (all.tests.isEmpty()
                && all.findings.isEmpty()
                && !document.files().isEmpty()) {
            all.findings.add(Finding.warning(
                    "", 1, 1, null, "The set has no tests: put some into tests/NAME.json, so that a change shows."));
        }
        return all;
    }

    /** What is wrong with the tests as they are written. */
    List<Finding> findings() {
        return List.copyOf(findings);
    }

    private void read(PolicyFile file) {
        TestFile read;
        try {
            CanonicalJson.readObject(file.text().getBytes(StandardCharsets.UTF_8), RULES);
            read = StatementJson.STRICT.readValue(file.text(), TestFile.class);
        } catch (JsonRefusedException e) {
            findings.add(Finding.error(
                    file.path(), 1, 1, null, "The file is not JSON as tests are written: " + e.getMessage()));
            return;
        } catch (JacksonException e) {
            TokenStreamLocation place = e.getLocation();
            findings.add(Finding.error(
                    file.path(),
                    place == null ? 1 : Math.max(1, place.getLineNr()),
                    place == null ? 1 : Math.max(1, place.getColumnNr()),
                    null,
                    "The file is no list of tests: " + e.getOriginalMessage()));
            return;
        }
        if (read.tests() == null) {
            findings.add(Finding.error(file.path(), 1, 1, null, "The file has no list `tests`."));
            return;
        }
        for (int i = 0; i < read.tests().size(); i++) {
            PolicyTest test = read.tests().get(i);
            int number = i + 1;
            Optional<String> complaint = test.complaint();
            complaint.ifPresentOrElse(
                    text -> findings.add(
                            Finding.error(file.path(), 1, 1, null, "Test " + number + " cannot be run: " + text + ".")),
                    () -> tests.add(new Placed(file.path(), test)));
        }
    }

    /** Runs all of them. */
    TestReport run(PolicyEngine engine, PolicySnapshot snapshot) {
        List<TestReport.Outcome> outcomes = new ArrayList<>();
        Set<String> determining = new HashSet<>();
        for (Placed placed : tests) {
            PolicyTest test = placed.test();
            ToolDecision decision = test.decideOn(engine, snapshot);
            List<String> rules = decision.rules().stream().map(RuleRef::id).toList();
            determining.addAll(rules);
            outcomes.add(new TestReport.Outcome(
                    placed.file(),
                    test.name(),
                    test.isMetBy(decision),
                    test.expected(),
                    PolicyTest.word(decision.outcome()),
                    decision.code().name(),
                    rules,
                    decision.errors()));
        }
        return new TestReport(outcomes, determining);
    }
}
