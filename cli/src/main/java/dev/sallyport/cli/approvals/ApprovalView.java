package dev.sallyport.cli.approvals;

import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Lines;
import dev.sallyport.cli.output.Table;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.record.Detail;
import java.util.Arrays;
import java.util.Base64;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/**
 * An approval request as a person sees it. The prompt is shown from the very bytes whose digest the answer names: whether
 * the service's digest is that of what is on the screen is computed here, not believed.
 */
final class ApprovalView {
    private ApprovalView() {}

    static Table table() {
        return new Table("APPROVAL", "STATE", "RISK", "TOOL", "WHO ASKS", "WHAT", "UNTIL");
    }

    static void addRow(Table table, JsonNode approval) {
        table.row(
                Json.text(approval, "approval_id"),
                Json.text(approval, "state"),
                risk(approval),
                Json.text(approval, "tool"),
                Json.text(approval, "principal"),
                Json.text(approval, "summary"),
                Json.text(approval, "expires_at"));
    }

    /** Whether the prompt in the record, behind its random bytes, is what its {@code prompt_digest} says. */
    static boolean promptIsGenuine(JsonNode approval) {
        byte[] salt = salt(approval);
        if (salt.length != Detail.SALT_BYTES || !approval.path("prompt").isObject()) {
            return false;
        }
        byte[] prompt = CanonicalJson.write(approval.path("prompt"));
        byte[] detail = Arrays.copyOf(salt, salt.length + prompt.length);
        System.arraycopy(prompt, 0, detail, salt.length, prompt.length);
        return Digest.of(detail).hex().equals(Json.text(approval, "prompt_digest"));
    }

    private static byte[] salt(JsonNode approval) {
        try {
            return Base64.getDecoder().decode(Json.text(approval, "prompt_salt"));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    static String render(JsonNode approval) {
        JsonNode prompt = approval.path("prompt");
        Lines lines = new Lines()
                .field("what", Json.text(prompt, "summary"))
                .field("tool", Json.text(prompt, "tool") + " " + Json.text(prompt, "tool_version"))
                .block("arguments", Json.write(prompt.path("arguments")))
                .field("secrets", joined(prompt.path("secrets")))
                .field("capabilities", joined(prompt.path("capabilities")))
                .field("risk", Json.text(prompt, "risk.level") + " by rule " + Json.text(prompt, "risk.rule"));
        for (JsonNode rule : prompt.path("rules")) {
            lines.field("asked by", Json.text(rule, "id") + ": " + Json.text(rule, "reason"));
        }
        lines.field(
                        "sandbox",
                        "tier " + Json.text(prompt, "sandbox.tier") + ", network "
                                + Json.text(prompt, "sandbox.egress") + " "
                                + joined(prompt.path("sandbox").path("hosts")))
                .field("limits", limits(prompt.path("sandbox").path("limits")))
                .field("who asks", Json.text(prompt, "principal"))
                .field("session", Json.text(prompt, "session") + ", run " + Json.text(prompt, "run"))
                .field("channel", Json.text(prompt, "channel"));
        if (!Json.text(prompt, "rationale").isEmpty()) {
            lines.block("the agent's own words (nobody has checked them)", Json.text(prompt, "rationale"));
        }
        lines.gap()
                .field("approval", Json.text(approval, "approval_id"))
                .field("proposal", Json.text(approval, "proposal_id"))
                .field("state", Json.text(approval, "state"))
                .field("needs", obligations(approval.path("obligations")))
                .field("until", Json.text(approval, "expires_at"))
                .field("prompt digest", Json.text(approval, "prompt_digest"));
        for (JsonNode resolution : approval.path("resolutions")) {
            lines.field("answered", resolution(resolution));
        }
        return lines.toString();
    }

    private static String resolution(JsonNode resolution) {
        String answer = Json.text(resolution, "answer").isEmpty()
                ? Json.text(resolution, "decision")
                : Json.text(resolution, "answer");
        String who = Json.text(resolution, "principal").isEmpty()
                ? Json.text(resolution, "approver")
                : Json.text(resolution, "principal");
        return answer + " by " + who + " at " + Json.text(resolution, "at");
    }

    private static String obligations(JsonNode obligations) {
        String role = Json.text(obligations, "approver_role");
        if (role.isEmpty()) {
            return obligations.isObject() ? obligations.toString() : "";
        }
        return Json.text(obligations, "quorum") + " × " + role + ", assurance " + Json.text(obligations, "assurance")
                + (obligations.path("four_eyes").asBoolean(false) ? ", four eyes" : "");
    }

    private static String limits(JsonNode limits) {
        StringJoiner joined = new StringJoiner(", ");
        limits.properties()
                .forEach(limit ->
                        joined.add(limit.getKey() + " " + limit.getValue().asString()));
        return joined.toString();
    }

    private static String joined(JsonNode array) {
        StringJoiner joined = new StringJoiner(", ");
        array.forEach(item -> joined.add(item.isValueNode() ? item.asString() : item.toString()));
        return joined.toString();
    }

    private static String risk(JsonNode approval) {
        JsonNode risk = approval.path("risk");
        return risk.isObject() ? Json.text(risk, "level") : Json.text(approval, "risk");
    }
}
