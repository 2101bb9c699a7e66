package dev.sallyport.approval.prompt;

import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What policy-service wrote for the human: whatever is missing is empty, whatever is unknown is shown nowhere. Every text in it may come from an agent.
 *
 * @param summary one line in plain words
 * @param tool name of the tool
 * @param toolVersion its version
 * @param arguments the exact arguments, by name
 * @param principal who asks
 * @param channel over which channel
 * @param session the client's session
 * @param run the client's run
 * @param capabilities what the tool can do
 * @param rules the rules that ask
 * @param tier the sandbox tier
 * @param egress how the network is restricted
 * @param hosts hosts it may reach
 * @param limits what it may use up, by name with the unit in the name
 * @param secrets secrets it gets, by name
 * @param rationale the agent's own words; empty if it gave none
 */
public record Prompt(
        String summary,
        String tool,
        String toolVersion,
        JsonNode arguments,
        String principal,
        String channel,
        String session,
        String run,
        List<String> capabilities,
        List<Rule> rules,
        String tier,
        String egress,
        List<String> hosts,
        SortedMap<String, Long> limits,
        List<String> secrets,
        String rationale) {

    /** A detail begins with so many random bytes, which keep its digest from being guessed once it was forgotten. */
    public static final int RANDOM_BYTES = 32;

    /** Strict, since two readers of one prompt must see the same: arguments at their largest, and what is around them. */
    private static final JsonRules RULES = new JsonRules(256 * 1024, 40, 128 * 1024, 2_000, false, true);

    /**
     * A rule that asks.
     *
     * @param id the rule's id
     * @param reason why, in plain words
     */
    public record Rule(String id, String reason) {}

    /** This is no prompt; nobody can be asked about it. */
    public static final class UnreadableException extends RuntimeException {
        UnreadableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The JSON in a detail, without its random bytes. */
    public static byte[] content(byte[] detail) {
        return Arrays.copyOfRange(detail, Math.min(RANDOM_BYTES, detail.length), detail.length);
    }

    /** The random bytes before it. */
    public static byte[] salt(byte[] detail) {
        return Arrays.copyOf(detail, Math.min(RANDOM_BYTES, detail.length));
    }

    /**
     * Reads the prompt in this detail.
     *
     * @throws UnreadableException if it is not a JSON object, or one that two readers could read differently
     */
    public static Prompt read(byte[] detail) {
        ObjectNode root;
        try {
            root = CanonicalJson.readObject(content(detail), RULES);
        } catch (JsonRefusedException e) {
            throw new UnreadableException("the prompt is not the JSON that is accepted here", e);
        }
        JsonNode sandbox = root.path("sandbox");
        return new Prompt(
                text(root, "summary"),
                text(root, "tool"),
                text(root, "tool_version"),
                root.path("arguments"),
                text(root, "principal"),
                text(root, "channel"),
                text(root, "session"),
                text(root, "run"),
                texts(root.path("capabilities")),
                rules(root.path("rules")),
                text(sandbox, "tier"),
                text(sandbox, "egress"),
                texts(sandbox.path("hosts")),
                limits(sandbox.path("limits")),
                texts(root.path("secrets")),
                text(root, "rationale"));
    }

    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value instanceof MissingNode || value.isNull()
                ? ""
                : value.isString() ? value.stringValue() : value.toString();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(value -> texts.add(value.isString() ? value.stringValue() : value.toString()));
        return List.copyOf(texts);
    }

    private static List<Rule> rules(JsonNode array) {
        List<Rule> rules = new ArrayList<>();
        array.forEach(rule -> rules.add(new Rule(text(rule, "id"), text(rule, "reason"))));
        return List.copyOf(rules);
    }

    private static SortedMap<String, Long> limits(JsonNode object) {
        SortedMap<String, Long> limits = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getValue().isIntegralNumber()) {
                limits.put(entry.getKey(), entry.getValue().longValue());
            }
        }
        return limits;
    }
}
