package dev.sallyport.policy.authzen;

import dev.sallyport.policy.authzen.AccessDecisions.Party;
import dev.sallyport.policy.authzen.AccessDecisions.Question;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A question about a tool call of the caller's own: the subject is the caller, the action {@code tool.execute}, the
 * resource a {@code tool}, and the context holds the other members of a proposal.
 *
 * @param proposal the body of the proposal that would be made, without the caller's reasons
 * @param digest SHA-256 of all that binds: subject, action, resource, and the proposal's members of the context
 */
record ToolCallQuestion(ObjectNode proposal, Digest digest) {
    private static final String TOOL = "tool";
    private static final String EXECUTE = "tool.execute";
    private static final String RATIONALE = "rationale";

    /** What of a context counts. All else is the caller's own. */
    private static final List<String> MEMBERS =
            List.of("arguments", "channel", "egress_hosts", "run_id", "secrets", "session_id");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonRules RULES = new JsonRules(192 << 10, 34, 64 << 10, 1_000, false, true);

    /** Whether the question is about a tool call of the caller's own. */
    static boolean isAsked(Question question, Principal asker) {
        return question.resource().type().equals(TOOL)
                && question.action().name().equals(EXECUTE)
                && question.subject().id().equals(asker.name())
                && question.subject().type().equals(asker.kind().name().toLowerCase(Locale.ROOT));
    }

    /**
     * Reads it.
     *
     * @throws JsonRefusedException where something of it breaks a rule for JSON
     */
    static ToolCallQuestion of(Question question) throws JsonRefusedException {
        ObjectNode context = question.context();
        ObjectNode proposal = JsonNodeFactory.instance
                .objectNode()
                .put(TOOL, question.resource().id());
        if (context != null) {
            MEMBERS.stream().filter(context::has).forEach(member -> proposal.set(member, context.get(member)));
        }
        if (!proposal.has("arguments")) {
            proposal.putObject("arguments");
        }
        ObjectNode bound = JsonNodeFactory.instance.objectNode();
        bound.set("subject", party(question.subject()));
        bound.set("resource", party(question.resource()));
        ObjectNode action =
                bound.putObject("action").put("name", question.action().name());
        put(action, question.action().properties());
        bound.set("context", proposal);
        byte[] canonical = CanonicalJson.write(CanonicalJson.readObject(JSON.writeValueAsBytes(bound), RULES));
        return new ToolCallQuestion(proposal, Digest.of(canonical));
    }

    private static ObjectNode party(Party party) {
        ObjectNode node =
                JsonNodeFactory.instance.objectNode().put("type", party.type()).put("id", party.id());
        put(node, party.properties());
        return node;
    }

    private static void put(ObjectNode node, @Nullable ObjectNode properties) {
        if (properties != null) {
            node.set("properties", properties);
        }
    }

    /** The body of the proposal. */
    byte[] body() {
        return JSON.writeValueAsBytes(proposal);
    }

    /** The body of the proposal with the reasons that the context of a later question gives to people. */
    byte[] bodyWithReasons(@Nullable ObjectNode context) {
        JsonNode reasons = context == null ? null : context.get(RATIONALE);
        ObjectNode all = proposal.deepCopy();
        if (reasons != null) {
            all.set(RATIONALE, reasons);
        }
        return JSON.writeValueAsBytes(all);
    }
}
