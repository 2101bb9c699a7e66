package dev.sallyport.bench.cedar;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What came of a corpus. */
final class CorpusReport {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<Mismatch> mismatches = new ArrayList<>();
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private int cases;
    private int requests;
    private int leftOut;
    private int deniedForErrors;
    private int refused;
    private long policies;
    private long sliced;

    /** What can differ. */
    enum Kind {
        VALIDATION("whether the policies fit the schema"),
        DECISION("allow or deny"),
        REASON("the policies that determine it"),
        ERRORS("how many policies fail"),
        SLICED("the index by scope against the whole set");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Mismatch(String place, Kind kind, String expected, String found) {}

    void addCase() {
        cases++;
    }

    /** A request that was asked, with how many policies there are and how many the index left. */
    void addRequest(int all, int left) {
        requests++;
        policies += all;
        sliced += left;
    }

    /** A request without principal, action or resource, which Cedar no longer knows. */
    void addLeftOut() {
        leftOut++;
    }

    /** A request that Cedar allows beside an error, and this engine denies. */
    void addDeniedForErrors() {
        deniedForErrors++;
    }

    /** A request that Cedar does not decide, because it or the entities do not fit the schema; this engine denies it. */
    void addRefused() {
        refused++;
    }

    /** Two that must be equal. */
    void compare(String place, Kind kind, Object expected, Object found) {
        if (!expected.equals(found)) {
            mismatches.add(new Mismatch(place, kind, expected.toString(), found.toString()));
            counts.merge(kind, 1, Integer::sum);
        }
    }

    /** Whether there was no case. */
    boolean isEmpty() {
        return cases == 0;
    }

    /** Whether nothing differs. */
    boolean allEqual() {
        return mismatches.isEmpty();
    }

    private int count(Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** Prints the sums, and every mismatch with its place. */
    void print(PrintStream out) {
        line(out, "cases", cases, "");
        line(out, "requests", requests, "");
        line(out, "left out", leftOut, "without principal, action or resource, which Cedar 4 does not know");
        line(
                out,
                "denied for an error",
                deniedForErrors,
                "Cedar skips a policy that fails and allows; this engine denies");
        line(out, "refused", refused, "by Cedar, as not fitting the schema; this engine denies");
        out.println("mismatches in");
        for (Kind kind : Kind.values()) {
            line(out, "  " + kind.wire(), count(kind), kind.meaning);
        }
        line(out, "policies in a slice", policies == 0 ? 0 : (int) (sliced * 100 / policies), "% of the whole set");
        for (Mismatch each : mismatches) {
            out.printf("%s: %s: expected %s, found %s%n", each.place, each.kind.wire(), each.expected, each.found);
        }
    }

    /**
     * {@code {cases, requests, left_out, denied_for_errors, refused, mismatches: {kind: n}, slice_percent,
     * differing: […]}}.
     */
    String json() {
        ObjectNode all = JSON.createObjectNode();
        all.put("cases", cases);
        all.put("requests", requests);
        all.put("left_out", leftOut);
        all.put("denied_for_errors", deniedForErrors);
        all.put("refused", refused);
        ObjectNode kinds = all.putObject("mismatches");
        for (Kind kind : Kind.values()) {
            kinds.put(kind.wire(), count(kind));
        }
        all.put("slice_percent", policies == 0 ? 0 : sliced * 100 / policies);
        ArrayNode differing = all.putArray("differing");
        for (Mismatch each : mismatches) {
            differing
                    .addObject()
                    .put("place", each.place)
                    .put("kind", each.kind.wire())
                    .put("expected", each.expected)
                    .put("found", each.found);
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }

    private static void line(PrintStream out, String name, int count, String meaning) {
        out.println(String.format(Locale.ROOT, "%-20s %8d  %s", name, count, meaning)
                .stripTrailing());
    }
}
