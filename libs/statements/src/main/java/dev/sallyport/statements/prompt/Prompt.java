package dev.sallyport.statements.prompt;

import dev.sallyport.statements.WireName;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a human is shown before answering. policy-service writes it in canonical JSON, as a detail of approval-requested/v1;
 * the human's answer names the digest of exactly these bytes. A reader takes what is missing as empty and shows nothing that
 * it does not know. Every text in it may come from an agent.
 *
 * @param summary one line in plain words
 * @param tool what is to be called
 * @param skill the skill that provides the tool; null for any other
 * @param caller who asks
 * @param rules the rules that ask
 * @param risk how much is at stake; null if the prompt does not say so in words that are known
 * @param sandbox what will hold the call
 * @param secrets the secrets that the call gets, by name
 * @param rationale the agent's own words; empty if it gave none
 */
public record Prompt(
        String summary,
        Tool tool,
        @Nullable Skill skill,
        Caller caller,
        List<Rule> rules,
        @Nullable Risk risk,
        Sandbox sandbox,
        List<String> secrets,
        String rationale) {
    private static final int VERSION = 1;

    /** Strict, since two readers of one prompt must see the same: arguments at their largest, and what is around them. */
    private static final JsonRules RULES = new JsonRules(256 * 1024, 40, 128 * 1024, 2_000, false, true);

    /**
     * The tool to be called.
     *
     * @param version of the tool
     * @param arguments the exact arguments, by name
     * @param capabilities what the tool can do
     */
    public record Tool(String name, String version, JsonNode arguments, List<String> capabilities) {
        /** Copies the list. */
        public Tool {
            capabilities = List.copyOf(capabilities);
        }
    }

    /**
     * A skill, and what of it holds for this call.
     *
     * @param id its dotted name
     * @param version its version
     * @param publisher whose it says it is
     * @param signedBy fingerprint of the key that signed it, hexadecimal; empty where that is not known
     * @param packageDigest its package, hexadecimal
     * @param moduleDigest SHA-256 of its module, hexadecimal
     * @param asksFor what its manifest asks for, a line each
     * @param granted what the module is granted for this call
     */
    public record Skill(
            String id,
            String version,
            String publisher,
            String signedBy,
            String packageDigest,
            String moduleDigest,
            List<String> asksFor,
            List<String> granted) {
        /** Copies the lists. */
        public Skill {
            asksFor = List.copyOf(asksFor);
            granted = List.copyOf(granted);
        }
    }

    /**
     * Who asks.
     *
     * @param principal the agent or person
     * @param channel over which channel
     * @param session the client's session
     * @param run the client's run
     */
    public record Caller(String principal, String channel, String session, String run) {}

    /**
     * A rule that asks.
     *
     * @param id the rule's id
     * @param reason why, in plain words
     */
    public record Rule(String id, String reason) {}

    /**
     * What will hold the call.
     *
     * @param tier the least sandbox tier
     * @param egress how the network is restricted
     * @param hosts the hosts that it may reach
     * @param limits what it may use up, by name with the unit in the name
     */
    public record Sandbox(String tier, String egress, List<String> hosts, SortedMap<String, Long> limits) {
        /** Copies the hosts. */
        public Sandbox {
            hosts = List.copyOf(hosts);
        }
    }

    /** Copies the lists. */
    public Prompt {
        rules = List.copyOf(rules);
        secrets = List.copyOf(secrets);
    }

    /** This is no prompt; nobody can be asked about it. */
    public static final class UnreadableException extends RuntimeException {
        UnreadableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The canonical JSON (RFC 8785), the content of the detail. */
    public byte[] write() {
        ObjectNode prompt = JsonNodeFactory.instance.objectNode();
        prompt.put("v", VERSION);
        prompt.put("summary", summary);
        prompt.put("tool", tool.name);
        prompt.put("tool_version", tool.version);
        prompt.set("arguments", tool.arguments);
        addAll(prompt.putArray("capabilities"), tool.capabilities);
        if (skill != null) {
            ObjectNode from = prompt.putObject("skill")
                    .put("id", skill.id)
                    .put("version", skill.version)
                    .put("publisher", skill.publisher)
                    .put("signed_by", skill.signedBy)
                    .put("package", skill.packageDigest)
                    .put("module", skill.moduleDigest);
            addAll(from.putArray("asks_for"), skill.asksFor);
            addAll(from.putArray("granted"), skill.granted);
        }
        prompt.put("principal", caller.principal);
        prompt.put("channel", caller.channel);
        prompt.put("session", caller.session);
        prompt.put("run", caller.run);
        if (risk != null) {
            prompt.putObject("risk").put("level", risk.level().wire()).put("rule", risk.rule());
        }
        ArrayNode asking = prompt.putArray("rules");
        rules.forEach(rule -> asking.addObject().put("id", rule.id).put("reason", rule.reason));
        ObjectNode held = prompt.putObject("sandbox").put("tier", sandbox.tier).put("egress", sandbox.egress);
        addAll(held.putArray("hosts"), sandbox.hosts);
        ObjectNode most = held.putObject("limits");
        sandbox.limits.forEach(most::put);
        addAll(prompt.putArray("secrets"), secrets);
        if (!rationale.isEmpty()) {
            prompt.put("rationale", rationale);
        }
        return CanonicalJson.write(prompt);
    }

    private static void addAll(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    /**
     * Reads the prompt in this detail.
     *
     * @throws UnreadableException if it is not a JSON object, or one that two readers could read differently
     */
    public static Prompt read(Detail detail) {
        ObjectNode root;
        try {
            root = CanonicalJson.readObject(detail.content(), RULES);
        } catch (JsonRefusedException e) {
            throw new UnreadableException("the prompt is not the JSON that is accepted here", e);
        }
        JsonNode held = root.path("sandbox");
        return new Prompt(
                text(root, "summary"),
                new Tool(
                        text(root, "tool"),
                        text(root, "tool_version"),
                        root.path("arguments"),
                        texts(root.path("capabilities"))),
                skill(root.path("skill")),
                new Caller(text(root, "principal"), text(root, "channel"), text(root, "session"), text(root, "run")),
                rules(root.path("rules")),
                risk(root.path("risk")),
                new Sandbox(
                        text(held, "tier"),
                        text(held, "egress"),
                        texts(held.path("hosts")),
                        limits(held.path("limits"))),
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
        return texts;
    }

    private static @Nullable Skill skill(JsonNode object) {
        return object.isObject()
                ? new Skill(
                        text(object, "id"),
                        text(object, "version"),
                        text(object, "publisher"),
                        text(object, "signed_by"),
                        text(object, "package"),
                        text(object, "module"),
                        texts(object.path("asks_for")),
                        texts(object.path("granted")))
                : null;
    }

    private static List<Rule> rules(JsonNode array) {
        List<Rule> rules = new ArrayList<>();
        array.forEach(rule -> rules.add(new Rule(text(rule, "id"), text(rule, "reason"))));
        return rules;
    }

    private static @Nullable Risk risk(JsonNode object) {
        return WireName.find(Severity.class, text(object, "level"))
                .map(level -> new Risk(level, text(object, "rule")))
                .orElse(null);
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
