package dev.sallyport.cli.policy;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Results;
import tools.jackson.databind.JsonNode;

/** What the service says about sets, for people and scripts. */
final class CheckView {
    static final String CHANGES = "/v1/policy-changes";

    private static final Columns FINDINGS =
            new Columns().with("place", CheckView::place).and("level", "rule", "message");

    private static final Columns TESTS = Columns.of("passed", "file", "name", "expected", "decision", "code", "rules");

    private CheckView() {}

    /** Prints what is wrong, or looks wrong, by file, line and column. */
    static void findings(JsonNode checked, Results results) {
        results.list(
                Json.mapper().createObjectNode().set("items", checked.path("findings")),
                FINDINGS,
                "Nothing is wrong with it.");
    }

    /** Prints what came out of the tests. */
    static ExitCode tests(JsonNode checked, Results results) {
        JsonNode tests = checked.path("tests");
        results.list(
                Json.mapper().createObjectNode().set("items", tests.path("outcomes")), TESTS, "The set has no tests.");
        results.note(tests.path("passed").asInt() + " passed, "
                + tests.path("failed").asInt() + " did not.");
        return tests.path("failed").asInt() == 0 ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    /** Prints what became of an activation: in force, or waiting for a second person. */
    static void activation(JsonNode answer, Results results) {
        results.object(answer);
        if (answer.has("change_id")) {
            String id = Json.text(answer, "change_id");
            results.note("It is not in force yet: it changes what takes two people, so it waits for a second person,"
                    + " until " + Json.text(answer, "expires_at") + ". They compare it with: sallyport policy diff "
                    + Json.text(answer, "set") + " and confirm it with: sallyport policy confirm " + id);
        }
    }

    private static String place(JsonNode finding) {
        String file = Json.text(finding, "file");
        return file.isEmpty()
                ? ""
                : file + ":" + finding.path("line").asInt() + ":"
                        + finding.path("column").asInt();
    }
}
