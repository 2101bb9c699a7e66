package dev.sallyport.cli.approvals;

import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Lines;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.record.Detail;
import java.util.Arrays;
import java.util.Base64;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/**
 * An approval request as a person sees it. The prompt is shown from the very bytes whose digest the answer names:
 * whether the service's digest is that of what is on the screen is computed here, not believed.
 */
final class ApprovalView {
    static final Columns COLUMNS = Columns.of("approval_id", "state")
            .with("risk", approval -> Json.text(approval, "risk.level"))
            .and("principal", "expires_at", "tool")
            .with("what", ApprovalView::what);

    /** Of what may have been answered: by whom and when. */
    static final Columns ANSWERED = Columns.of("approval_id", "state")
            .with("answered_by", ApprovalView::answeredBy)
            .and("resolved_at", "principal", "tool")
            .with("what", ApprovalView::what);

    private ApprovalView() {}

    /** The call on one line; the sentence about it for a call whose line is too long to be kept. */
    private static String what(JsonNode approval) {
        String command = Json.text(approval, "command");
        return command.isEmpty() ? Json.text(approval, "summary") : command;
    }

    private static String answeredBy(JsonNode approval) {
        String grant = Json.text(approval, "by_grant.grant_id");
        if (!grant.isEmpty()) {
            return "grant " + grant;
        }
        StringJoiner people = new StringJoiner(", ");
        approval.path("resolutions").forEach(resolution -> people.add(Json.text(resolution, "principal")));
        return people.toString();
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

    static Lines lines(JsonNode approval) {
        JsonNode prompt = approval.path("prompt");
        Lines lines = new Lines()
                .field("summary", Json.text(prompt, "summary"))
                .field("tool", Json.text(prompt, "tool") + " " + Json.text(prompt, "tool_version"))
                .block("arguments", Json.write(prompt.path("arguments")))
                .field("secrets", joined(prompt.path("secrets")))
                .field("capabilities", joined(prompt.path("capabilities")))
                .field("risk", Json.text(prompt, "risk.level") + " by rule " + Json.text(prompt, "risk.rule"));
        if (prompt.path("skill").isObject()) {
            skill(lines, prompt.path("skill"));
        }
        for (JsonNode rule : prompt.path("rules")) {
            lines.field("rule", Json.text(rule, "id") + ": " + Json.text(rule, "reason"));
        }
        lines.field(
                        "sandbox",
                        "tier " + Json.text(prompt, "sandbox.tier") + ", network "
                                + Json.text(prompt, "sandbox.egress") + " "
                                + joined(prompt.path("sandbox").path("hosts")))
                .field("limits", limits(prompt.path("sandbox").path("limits")))
                .field("principal", Json.text(prompt, "principal"))
                .field("session_id", Json.text(prompt, "session"))
                .field("run_id", Json.text(prompt, "run"))
                .field("channel", Json.text(prompt, "channel"))
                .block("rationale (the agent's own words; nobody has checked them)", Json.text(prompt, "rationale"))
                .gap()
                .field("approval_id", Json.text(approval, "approval_id"))
                .field("proposal_id", Json.text(approval, "proposal_id"))
                .field("state", Json.text(approval, "state"))
                .field("obligations", obligations(approval))
                .field("options", joined(approval.path("options")))
                .field("expires_at", Json.text(approval, "expires_at"))
                .field("prompt_digest", Json.text(approval, "prompt_digest"));
        String grant = Json.text(approval, "by_grant.grant_id");
        if (!grant.isEmpty()) {
            lines.field("by_grant", grant + ", use " + Json.text(approval, "by_grant.use") + "; nobody was asked");
        }
        for (JsonNode resolution : approval.path("resolutions")) {
            lines.field(
                    "resolution",
                    Json.text(resolution, "answer") + " by " + Json.text(resolution, "principal") + " at "
                            + Json.text(resolution, "at")
                            + (Json.text(resolution, "signed_with").isEmpty() ? "" : ", signed with their own key")
                            + (resolution.path("partly_seen").asBoolean(false) ? ", with a part not shown" : ""));
        }
        return lines;
    }

    private static void skill(Lines lines, JsonNode skill) {
        lines.field("skill", Json.text(skill, "id") + " " + Json.text(skill, "version"))
                .field("published_by", Json.text(skill, "publisher"))
                .field("signed_by", Json.text(skill, "signed_by"))
                .field("package", Json.text(skill, "package"))
                .field("module", Json.text(skill, "module"));
        for (JsonNode line : skill.path("asks_for")) {
            lines.field("asks_for", line.asString());
        }
        lines.field("granted", skill.path("granted").isEmpty() ? "nothing" : joined(skill.path("granted")));
    }

    private static String obligations(JsonNode approval) {
        JsonNode obligations = approval.path("obligations");
        String groups = String.join(
                " and ",
                approval.path("approver_groups")
                        .valueStream()
                        .map(JsonNode::asString)
                        .toList());
        return Json.text(obligations, "quorum") + " × " + Json.text(obligations, "approver_role")
                + (groups.isEmpty() ? "" : " of the group " + groups + escalation(approval)) + ", assurance "
                + Json.text(obligations, "assurance")
                + (obligations.path("four_eyes").asBoolean(false) ? ", four eyes" : "");
    }

    private static String escalation(JsonNode approval) {
        JsonNode next = approval.path("escalation");
        return next.isMissingNode()
                ? ""
                : " (from " + Json.text(next, "at") + " on also of "
                        + String.join(
                                " and ",
                                next.path("groups")
                                        .valueStream()
                                        .map(JsonNode::asString)
                                        .toList())
                        + ")";
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
}
