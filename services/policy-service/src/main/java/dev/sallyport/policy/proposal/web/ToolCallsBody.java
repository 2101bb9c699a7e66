package dev.sallyport.policy.proposal.web;

import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An assistant's message with tool calls, as OpenAI's chat completions have it, and what Sallyport needs beside it. What
 * else such a message has is accepted and not looked at.
 *
 * @param calls the calls, in their order
 * @param run the client's run; a call's id is known again in the same run
 * @param session the client's session; null for the default one
 * @param channel the channel; null where the caller has only one
 * @param rationale what the model said beside the calls, as much of it as a proposal takes; null where it said nothing
 */
record ToolCallsBody(
        List<ToolCall> calls,
        String run,
        @Nullable String session,
        @Nullable String channel,
        @Nullable String rationale) {
    private static final JsonRules RULES = new JsonRules(2 << 20, 36, 256 << 10, 1_000, false, true);
    private static final Set<String> MEMBERS = Set.of(
            "tool_calls",
            "run_id",
            "session_id",
            "channel",
            "role",
            "content",
            "refusal",
            "annotations",
            "audio",
            "function_call",
            "reasoning_content",
            "name");
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final int MOST_CALLS = 32;
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_RATIONALE = 1_000;

    /**
     * One call.
     *
     * @param id the model's id of it
     * @param name of the function
     * @param arguments JSON as the model wrote it
     */
    record ToolCall(String id, String name, String arguments) {}

    /** Copies the list. */
    ToolCallsBody {
        calls = List.copyOf(calls);
    }

    /**
     * Reads the body.
     *
     * @throws ProblemException with the field that is wrong
     */
    static ToolCallsBody read(byte[] bytes) {
        ObjectNode root;
        try {
            root = CanonicalJson.readObject(bytes, RULES);
        } catch (JsonRefusedException e) {
            throw refused(e.pointer().isEmpty() ? "body" : e.pointer(), "cannot be read: " + e.getMessage());
        }
        for (String member : root.propertyNames()) {
            if (!MEMBERS.contains(member)) {
                throw refused(member, "is not known here");
            }
        }
        JsonNode list = root.path("tool_calls");
        if (!list.isArray() || list.isEmpty() || list.size() > MOST_CALLS) {
            throw refused("tool_calls", "must be a list of 1 to " + MOST_CALLS + " calls");
        }
        List<ToolCall> calls = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode each : list) {
            String place = "tool_calls[" + calls.size() + "]";
            ToolCall call = call(place, each);
            if (!ids.add(call.id())) {
                throw refused(place + ".id", "must be another one than the call's before");
            }
            calls.add(call);
        }
        String run = optional(root, "run_id");
        if (run == null) {
            throw refused("run_id", "is missing: by it and the call's id a call that is sent again is known again");
        }
        return new ToolCallsBody(
                calls, run, optional(root, "session_id"), optional(root, "channel"), rationale(root.path("content")));
    }

    /** The message's content where it is a text; models cannot be told how long it may be. */
    private static @Nullable String rationale(JsonNode content) {
        String text = content.asString("").strip();
        if (text.isEmpty()) {
            return null;
        }
        return text.codePointCount(0, text.length()) <= LONGEST_RATIONALE
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_RATIONALE - 1)) + "…";
    }

    private static ToolCall call(String place, JsonNode node) {
        JsonNode type = node.path("type");
        if (!type.isMissingNode() && !type.asString("").equals("function")) {
            throw refused(place + ".type", "must be function");
        }
        JsonNode id = node.path("id");
        if (!id.isString() || !ID.matcher(id.stringValue()).matches()) {
            throw refused(place + ".id", "must have 1 to 128 printable ASCII characters, no spaces");
        }
        JsonNode name = node.path("function").path("name");
        if (!name.isString() || name.stringValue().length() > LONGEST_NAME) {
            throw refused(place + ".function.name", "must be the name of a tool");
        }
        JsonNode arguments = node.path("function").path("arguments");
        if (!arguments.isString()) {
            throw refused(place + ".function.arguments", "must be a text that holds a JSON object");
        }
        return new ToolCall(id.stringValue(), name.stringValue(), arguments.stringValue());
    }

    private static @Nullable String optional(ObjectNode root, String member) {
        JsonNode node = root.get(member);
        if (node == null) {
            return null;
        }
        if (!node.isString()) {
            throw refused(member, "must be a string");
        }
        return node.stringValue();
    }

    private static ProblemException refused(String field, String rule) {
        String sentence = "`" + field + "` " + rule + ".";
        return new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", sentence, field, sentence);
    }
}
