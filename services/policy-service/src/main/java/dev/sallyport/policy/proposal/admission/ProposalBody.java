package dev.sallyport.policy.proposal.admission;

import dev.sallyport.arguments.host.HostRule;
import dev.sallyport.policy.catalogue.ToolNames;
import dev.sallyport.policy.proposal.decision.CallArguments;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of a proposal, read from hostile bytes. Duplicate keys, lone surrogates, NaN, numbers that canonical JSON
 * would change, deep nesting and unknown members are refused with the field named.
 *
 * @param tool a name in canonical form, of a tool that exists or not
 * @param arguments the arguments in canonical form
 * @param sessionId the client's session, null for the default one
 * @param runId the client's run, null for the hour's
 * @param channel the channel, null where the caller has only one
 * @param secrets names of secrets
 * @param egressHosts hosts, lower case
 * @param rationale why the agent wants the call, in its own words; empty without any
 * @param digest SHA-256 of all of it in canonical JSON
 */
record ProposalBody(
        String tool,
        CallArguments arguments,
        @Nullable String sessionId,
        @Nullable String runId,
        @Nullable String channel,
        List<String> secrets,
        List<String> egressHosts,
        String rationale,
        Digest digest) {
    private static final JsonRules BODY = new JsonRules(192 << 10, 33, 64 << 10, 1_000, false, true);
    private static final Set<String> MEMBERS =
            Set.of("tool", "arguments", "session_id", "run_id", "channel", "secrets", "egress_hosts", "rationale");
    private static final String INVALID = "INVALID_REQUEST";
    /** So many of the longest still fit into a statement of 24 KiB. */
    private static final int MOST_HOSTS = 32;

    private static final int MOST_SECRETS = 16;
    private static final int LONGEST_RATIONALE = 1_000;
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final Pattern CHANNEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern SECRET = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    /** Copies the lists. */
    ProposalBody {
        secrets = List.copyOf(secrets);
        egressHosts = List.copyOf(egressHosts);
    }

    /**
     * Reads the body.
     *
     * @throws InvalidProposalException with the field that is wrong
     */
    static ProposalBody read(byte[] body) {
        ObjectNode root = parse(body);
        for (String member : root.propertyNames()) {
            if (!MEMBERS.contains(member)) {
                throw invalid(
                        member,
                        "is not a member of a proposal. The members are "
                                + MEMBERS.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
        String tool = text(root, "tool");
        if (tool == null) {
            throw invalid("tool", "is missing; name the tool to call");
        }
        checkName(tool);
        if (!(root.get("arguments") instanceof ObjectNode arguments)) {
            throw invalid(
                    "arguments",
                    root.has("arguments")
                            ? "must be a JSON object"
                            : "is missing; send an empty object for a tool without arguments");
        }
        return new ProposalBody(
                tool,
                canonical(arguments),
                matching(root, "session_id", PRINTABLE, "must have 1 to 128 printable ASCII characters, no spaces"),
                matching(root, "run_id", PRINTABLE, "must have 1 to 128 printable ASCII characters, no spaces"),
                matching(root, "channel", CHANNEL, "must be the name of a channel"),
                list(
                        root,
                        "secrets",
                        SECRET.asMatchPredicate(),
                        MOST_SECRETS,
                        "must be the name of a secret, without vault://"),
                list(
                        root,
                        "egress_hosts",
                        HostRule::isCanonicalHost,
                        MOST_HOSTS,
                        "must be a host name in lower case, without trailing dot, with a port only if that is not 443"),
                rationale(root),
                Digest.of(CanonicalJson.write(root)));
    }

    private static ObjectNode parse(byte[] body) {
        try {
            return CanonicalJson.readObject(body, BODY);
        } catch (JsonRefusedException e) {
            throw malformed(e, e.pointer());
        }
    }

    /** The arguments, held against the rules for arguments by themselves: their depth counts from their root. */
    private static CallArguments canonical(ObjectNode arguments) {
        try {
            return CallArguments.of(arguments);
        } catch (JsonRefusedException e) {
            throw malformed(e, "/arguments" + e.pointer());
        }
    }

    private static InvalidProposalException malformed(JsonRefusedException e, String pointer) {
        String field = field(pointer);
        return new InvalidProposalException(
                "MALFORMED_JSON_" + e.reason().name(),
                field,
                "`" + field + "` cannot be read: " + e.getMessage() + ".");
    }

    private static InvalidProposalException invalid(String field, String rule) {
        return new InvalidProposalException(INVALID, field, "`" + field + "` " + rule + ".");
    }

    private static void checkName(String tool) {
        if (!ToolNames.isCanonical(tool)) {
            throw new InvalidProposalException(
                    "INVALID_TOOL_NAME",
                    "tool",
                    ToolNames.meant(tool)
                            .map(meant -> "`tool` must be written `" + meant + "`.")
                            .orElse("`tool` must be a lower-case dotted name of at most 128 characters."));
        }
    }

    private static @Nullable String text(ObjectNode root, String member) {
        JsonNode node = root.get(member);
        if (node == null) {
            return null;
        }
        if (!node.isString()) {
            throw invalid(member, "must be a string");
        }
        return node.stringValue();
    }

    private static @Nullable String matching(ObjectNode root, String member, Pattern form, String rule) {
        String text = text(root, member);
        if (text != null && !form.matcher(text).matches()) {
            throw invalid(member, rule);
        }
        return text;
    }

    private static String rationale(ObjectNode root) {
        String words = text(root, "rationale");
        if (words != null && words.codePointCount(0, words.length()) > LONGEST_RATIONALE) {
            throw invalid("rationale", "must have at most " + LONGEST_RATIONALE + " characters");
        }
        return words == null ? "" : words;
    }

    private static List<String> list(ObjectNode root, String member, Predicate<String> form, int most, String rule) {
        JsonNode node = root.get(member);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.size() > most) {
            throw invalid(member, "must be a list of at most " + most);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : node) {
            if (!item.isString() || !form.test(item.stringValue())) {
                throw invalid(member + "[" + texts.size() + "]", rule);
            }
            texts.add(item.stringValue());
        }
        if (new HashSet<>(texts).size() != texts.size()) {
            throw invalid(member, "must name each item once");
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
