package dev.sallyport.policy.policyset;

import java.util.List;
import java.util.Set;

/**
 * What came out of a set's tests.
 *
 * @param outcomes one for each test, in the order of the files
 * @param determining the ids of the rules that determined at least one decision
 */
public record TestReport(List<Outcome> outcomes, Set<String> determining) {
    /** Copies the collections. */
    public TestReport {
        outcomes = List.copyOf(outcomes);
        determining = Set.copyOf(determining);
    }

    /**
     * What came out of one test.
     *
     * @param file the test's file
     * @param name what the test says
     * @param passed whether it is what must come out
     * @param expected the expectation in one line
     * @param decision {@code allow}, {@code deny} or {@code approval}
     * @param code the decision's code
     * @param rules the rules that determined it
     * @param errors what failed, where something did
     */
    public record Outcome(
            String file,
            String name,
            boolean passed,
            String expected,
            String decision,
            String code,
            List<String> rules,
            List<String> errors) {}

    /** The tests that do not pass. */
    public List<Outcome> red() {
        return outcomes.stream().filter(outcome -> !outcome.passed()).toList();
    }
}
