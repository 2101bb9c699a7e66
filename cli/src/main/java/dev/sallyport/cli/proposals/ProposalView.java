package dev.sallyport.cli.proposals;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Lines;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** A proposal as it is shown, and the exit code that its state means. */
final class ProposalView {
    private ProposalView() {}

    static boolean hasEnded(JsonNode proposal) {
        return Json.text(proposal, "state.phase").equals("done");
    }

    static ExitCode exitCode(JsonNode proposal) {
        if (!hasEnded(proposal)) {
            return ExitCode.STILL_OPEN;
        }
        return Json.text(proposal, "state.outcome").equals("succeeded") ? ExitCode.OK : ExitCode.NEGATIVE;
    }

    static ExitCode print(JsonNode proposal, boolean json, PrintStream out) {
        if (json) {
            out.println(Json.write(proposal));
        } else {
            out.print(render(proposal));
        }
        return exitCode(proposal);
    }

    static String state(JsonNode proposal) {
        String phase = Json.text(proposal, "state.phase");
        String outcome = Json.text(proposal, "state.outcome");
        String code = Json.text(proposal, "state.code");
        return phase + (outcome.isEmpty() ? "" : ": " + outcome) + (code.isEmpty() ? "" : " (" + code + ")");
    }

    private static String render(JsonNode proposal) {
        Lines lines = new Lines()
                .field("proposal", Json.text(proposal, "proposal_id"))
                .field("tool", Json.text(proposal, "tool"))
                .field("state", state(proposal))
                .field("waiting", Json.text(proposal, "waiting.message"));
        decision(lines, proposal.path("decision"));
        if (proposal.path("approval").isObject()) {
            String id = Json.text(proposal, "approval.approval_id");
            lines.field("approval", id + " until " + Json.text(proposal, "approval.expires_at"));
            if (!hasEnded(proposal)) {
                lines.field("", "sallyport approvals show " + id);
            }
        }
        result(lines, proposal.path("result"));
        return lines.field("case", Json.text(proposal, "ledger.case")).toString();
    }

    private static void decision(Lines lines, JsonNode decision) {
        if (!decision.isObject()) {
            return;
        }
        StringJoiner rules = new StringJoiner(", ");
        decision.path("rules").forEach(rule -> rules.add(rule.isObject() ? Json.text(rule, "id") : rule.asString()));
        lines.field(
                "decision",
                Json.text(decision, "outcome") + " (" + Json.text(decision, "code") + ")"
                        + (rules.length() == 0 ? "" : " by " + rules));
        for (JsonNode step : decision.path("explanation").path("to_allow")) {
            lines.field("would allow", step.isValueNode() ? step.asString() : step.toString());
        }
    }

    private static void result(Lines lines, JsonNode result) {
        if (!result.isObject()) {
            return;
        }
        lines.field("exit code", Json.text(result, "exit_code")).field("tier", Json.text(result, "tier"));
        stream(lines, result, "stdout");
        stream(lines, result, "stderr");
        JsonNode value = result.path("value");
        if (!value.isMissingNode() && !value.isNull() && !(value.isContainer() && value.isEmpty())) {
            lines.block("value", Json.write(value));
        }
    }

    private static void stream(Lines lines, JsonNode result, String name) {
        String content = Json.text(result, name);
        if (content.isEmpty()) {
            return;
        }
        String title = Json.text(result, name + "_truncated").equals("true") ? name + " (cut)" : name;
        if (Json.text(result, name + "_encoding").equals("base64")) {
            lines.block(title + " (not UTF-8)", decoded(content));
        } else {
            lines.block(title, content);
        }
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return base64;
        }
    }
}
