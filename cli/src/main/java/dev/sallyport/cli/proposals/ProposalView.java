package dev.sallyport.cli.proposals;

import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Lines;
import dev.sallyport.cli.output.Results;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** The form in which a proposal is shown, and the exit code for its state. */
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

    /** Prints the proposal and answers what its state means. */
    static ExitCode print(JsonNode proposal, Results results) {
        results.object(proposal, ProposalView::lines);
        return exitCode(proposal);
    }

    static String state(JsonNode proposal) {
        String phase = Json.text(proposal, "state.phase");
        String outcome = Json.text(proposal, "state.outcome");
        String code = Json.text(proposal, "state.code");
        return phase + (outcome.isEmpty() ? "" : ": " + outcome) + (code.isEmpty() ? "" : " (" + code + ")");
    }

    static Lines lines(JsonNode proposal) {
        Lines lines = new Lines()
                .field("proposal_id", Json.text(proposal, "proposal_id"))
                .field("tool", Json.text(proposal, "tool"))
                .field("state", state(proposal))
                .field("message", Json.text(proposal, "message"))
                .field("waiting", Json.text(proposal, "waiting.message"));
        decision(lines, proposal.path("decision"));
        for (JsonNode step : proposal.path("to_allow")) {
            lines.field("to_allow", step.isValueNode() ? step.asString() : step.toString());
        }
        lines.field("explanation_url", Json.text(proposal, "decision.explanation_url"));
        String approval = Json.text(proposal, "approval.approval_id");
        if (!approval.isEmpty()) {
            lines.field("approval_id", approval).field("expires_at", Json.text(proposal, "approval.expires_at"));
            if (!hasEnded(proposal)) {
                lines.field("to_answer", "sallyport approvals show " + approval);
            }
        }
        result(lines, proposal.path("result"));
        return lines.field("case", Json.text(proposal, "ledger.case"));
    }

    private static void decision(Lines lines, JsonNode decision) {
        if (!decision.isObject()) {
            return;
        }
        StringJoiner rules = new StringJoiner(", ");
        decision.path("rules").forEach(rule -> rules.add(rule.asString()));
        lines.field(
                "decision",
                Json.text(decision, "outcome") + " (" + Json.text(decision, "code") + ")"
                        + (rules.length() == 0 ? "" : " by " + rules));
    }

    private static void result(Lines lines, JsonNode result) {
        if (!result.isObject()) {
            return;
        }
        lines.field("exit_code", Json.text(result, "exit_code")).field("tier", Json.text(result, "tier"));
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
