package dev.sallyport.bench.profiles;

import dev.sallyport.arguments.profile.ArgumentReading;
import dev.sallyport.arguments.profile.ExecutableProfiles;
import dev.sallyport.arguments.profile.Outcome;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What came of the cases, as if a workspace let every program run unattended. */
final class ProfileReport {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ExecutableProfiles profiles;
    private final Map<String, Map<Outcome, Integer>> programs = new TreeMap<>();
    private final List<Mismatch> mismatches = new ArrayList<>();

    private record Mismatch(ProfileCase given, ArgumentReading reading) {}

    ProfileReport(ExecutableProfiles profiles, List<ProfileCase> cases) {
        this.profiles = profiles;
        for (ProfileCase each : cases) {
            ArgumentReading reading = profiles.read(each.executable(), each.args());
            programs.computeIfAbsent(each.executable(), _ -> new EnumMap<>(Outcome.class))
                    .merge(reading.outcome(), 1, Integer::sum);
            if (each.expect() != null && !each.expect().isMetBy(reading.outcome())) {
                mismatches.add(new Mismatch(each, reading));
            }
        }
    }

    /** Whether every expectation is met. */
    boolean allMet() {
        return mismatches.isEmpty();
    }

    /** Prints a line per program, the sums, and every expectation that is not met. */
    void print(PrintStream out) {
        out.printf(Locale.ROOT, "%-20s %10s %8s %8s%n", "", "unattended", "asked", "denied");
        programs.forEach((program, counts) -> line(
                out,
                program,
                counts.getOrDefault(Outcome.UNATTENDED, 0),
                counts.getOrDefault(Outcome.ASKED, 0),
                counts.getOrDefault(Outcome.DENIED, 0)));
        line(out, "all", sum(Outcome.UNATTENDED), sum(Outcome.ASKED), sum(Outcome.DENIED));
        out.println("profiles " + profiles.digest());
        for (Mismatch each : mismatches) {
            out.printf(
                    "%s: %s %s: expected %s, found %s. %s%n",
                    each.given.place(),
                    JSON.writeValueAsString(each.given.executable()),
                    JSON.writeValueAsString(each.given.args()),
                    expected(each),
                    word(each.reading.outcome()),
                    each.reading.reason());
        }
    }

    /** {@code {profiles, cases, unattended, asked, denied, programs: {name: {…}}, mismatches: […]}}. */
    String json() {
        ObjectNode all = JSON.createObjectNode();
        all.put("profiles", profiles.digest());
        all.put("cases", sum(Outcome.UNATTENDED) + sum(Outcome.ASKED) + sum(Outcome.DENIED));
        for (Outcome outcome : Outcome.values()) {
            all.put(word(outcome), sum(outcome));
        }
        ObjectNode byName = all.putObject("programs");
        programs.forEach((program, counts) -> {
            ObjectNode node = byName.putObject(program);
            for (Outcome outcome : Outcome.values()) {
                node.put(word(outcome), counts.getOrDefault(outcome, 0));
            }
        });
        ArrayNode wrong = all.putArray("mismatches");
        for (Mismatch each : mismatches) {
            ObjectNode node = wrong.addObject();
            node.put("place", each.given.place());
            node.put("executable", each.given.executable());
            ArrayNode args = node.putArray("args");
            each.given.args().forEach(args::add);
            node.put("expected", expected(each));
            node.put("found", word(each.reading.outcome()));
            node.put("reason", each.reading.reason());
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all);
    }

    private int sum(Outcome outcome) {
        return programs.values().stream()
                .mapToInt(counts -> counts.getOrDefault(outcome, 0))
                .sum();
    }

    private static String expected(Mismatch mismatch) {
        return Objects.requireNonNull(mismatch.given.expect()).wire();
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case UNATTENDED -> "unattended";
            case ASKED -> "asked";
            case DENIED -> "denied";
        };
    }

    private static void line(PrintStream out, String name, int unattended, int asked, int denied) {
        out.printf(Locale.ROOT, "%-20s %10d %8d %8d%n", name, unattended, asked, denied);
    }
}
