package dev.sallyport.policy.proposal;

import dev.sallyport.policy.catalogue.ToolNames;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a proposal from hostile bytes. Duplicate keys, lone surrogates, NaN, numbers that canonical JSON would change,
 * deep nesting and unknown members are refused with the field named.
 */
final class ProposalReader {
    private static final JsonRules BODY = new JsonRules(192 << 10, 33, 64 << 10, 1_000, false, true);
    private static final Set<String> MEMBERS =
            Set.of("tool", "arguments", "session_id", "run_id", "channel", "secrets", "egress_hosts");
    /** So many of the longest still fit into a statement of 24 KiB. */
    private static final int MOST_HOSTS = 32;

    private static final int MOST_SECRETS = 16;
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final Pattern CHANNEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern SECRET = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    private ProposalReader() {}

    /**
     * Reads the body.
     *
     * @throws InvalidProposalException with the field that is wrong
     */
    static ProposalRequest read(byte[] body) {
        ObjectNode root = parse(body);
        for (String member : root.propertyNames()) {
            if (!MEMBERS.contains(member)) {
                throw new InvalidProposalException("INVALID_REQUEST", member, "is not a member of a proposal");
            }
        }
        String tool = text(root, "tool");
        if (tool == null) {
            throw new InvalidProposalException("INVALID_REQUEST", "tool", "is missing");
        }
        checkName(tool);
        if (!(root.get("arguments") instanceof ObjectNode arguments)) {
            throw new InvalidProposalException(
                    "INVALID_REQUEST", "arguments", root.has("arguments") ? "is an object" : "is missing");
        }
        verifyArguments(arguments);
        return new ProposalRequest(
                tool,
                arguments,
                matching(root, "session_id", PRINTABLE, "is 1 to 128 printable ASCII characters without spaces"),
                matching(root, "run_id", PRINTABLE, "is 1 to 128 printable ASCII characters without spaces"),
                matching(root, "channel", CHANNEL, "is the name of a channel"),
                list(root, "secrets", SECRET, MOST_SECRETS, "is the name of a secret"),
                list(
                        root,
                        "egress_hosts",
                        HOST,
                        MOST_HOSTS,
                        "is a host name in lower case without port or trailing dot"));
    }

    private static ObjectNode parse(byte[] body) {
        try {
            return CanonicalJson.readObject(body, BODY);
        } catch (JsonRefusedException e) {
            throw malformed(e, e.pointer());
        }
    }

    /** The canonical bytes, held against the rules for arguments by themselves: their depth counts from their root. */
    private static void verifyArguments(ObjectNode arguments) {
        try {
            CanonicalJson.readCanonicalObject(CanonicalJson.write(arguments), JsonRules.ARGUMENTS);
        } catch (JsonRefusedException e) {
            throw malformed(e, "/arguments" + e.pointer());
        }
    }

    private static InvalidProposalException malformed(JsonRefusedException e, String pointer) {
        return new InvalidProposalException(
                "MALFORMED_JSON_" + e.reason().name(), field(pointer), String.valueOf(e.getMessage()));
    }

    private static void checkName(String tool) {
        if (!ToolNames.isCanonical(tool)) {
            throw new InvalidProposalException(
                    "INVALID_TOOL_NAME",
                    "tool",
                    ToolNames.meant(tool)
                            .map(meant -> "is written " + meant)
                            .orElse("is lower case, dotted, at most 128 characters"));
        }
    }

    private static @Nullable String text(ObjectNode root, String member) {
        JsonNode node = root.get(member);
        if (node == null) {
            return null;
        }
        if (!node.isString()) {
            throw new InvalidProposalException("INVALID_REQUEST", member, "is a string");
        }
        return node.stringValue();
    }

    private static @Nullable String matching(ObjectNode root, String member, Pattern form, String detail) {
        String text = text(root, member);
        if (text != null && !form.matcher(text).matches()) {
            throw new InvalidProposalException("INVALID_REQUEST", member, detail);
        }
        return text;
    }

    private static List<String> list(ObjectNode root, String member, Pattern form, int most, String detail) {
        JsonNode node = root.get(member);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.size() > most) {
            throw new InvalidProposalException("INVALID_REQUEST", member, "is a list of at most " + most);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : node) {
            String field = member + "[" + texts.size() + "]";
            if (!item.isString() || !form.matcher(item.stringValue()).matches()) {
                throw new InvalidProposalException("INVALID_REQUEST", field, detail);
            }
            texts.add(item.stringValue());
        }
        if (new HashSet<>(texts).size() != texts.size()) {
            throw new InvalidProposalException("INVALID_REQUEST", member, "names something twice");
        }
        return texts;
    }

    /** {@code /arguments/args/0} as {@code arguments.args[0]}. */
    static String field(String pointer) {
        if (pointer.isEmpty()) {
            return "body";
        }
        StringBuilder path = new StringBuilder();
        for (String step : pointer.substring(1).split("/", -1)) {
            String name = step.replace("~1", "/").replace("~0", "~");
            if (!name.isEmpty() && name.length() < 6 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                path.append('[').append(name).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(name);
            }
        }
        return path.toString();
    }
}
