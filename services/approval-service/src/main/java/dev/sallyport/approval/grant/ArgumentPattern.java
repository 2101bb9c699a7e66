package dev.sallyport.approval.grant;

import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.prompt.Prompt;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which arguments of further calls may differ from those that a person was shown, and how far. Every other argument must be
 * the same, and there must be none more and none less; so must what will hold the call. It holds no value: a prefix is named
 * by its length.
 *
 * @param choices the arguments that may differ, in the order of their names; empty when none may
 */
public record ArgumentPattern(List<Choice> choices) {
    /** Nothing may differ. */
    public static final ArgumentPattern EXACT = new ArgumentPattern(List.of());

    /** Of what is fixed. A grant of an earlier version is like no call any more, so that people are asked. */
    private static final int VERSION = 2;

    private static final int MOST_CHOICES = 64;
    private static final int LONGEST_NAME = 300;

    /** Another program is another call, whatever its arguments. */
    private static final String PROGRAM = "/executable";

    /** How far an argument may differ. */
    public enum Match implements WireName {
        /** It begins with the same characters. */
        PREFIX("prefix"),
        /** It is any text. */
        ANY("any");

        private final String wire;

        Match(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /**
     * One argument that may differ.
     *
     * @param argument JSON pointer (RFC 6901) into the arguments, to a text
     * @param match how far it may differ
     * @param length how many characters of it, in code points, must be the same; 0 for any text
     */
    public record Choice(String argument, Match match, int length) {
        /** {@link IllegalArgumentException} for what no pointer is, or a length that does not go with the match. */
        public Choice {
            if (argument.length() > LONGEST_NAME || !argument.startsWith("/")) {
                throw new IllegalArgumentException("names each argument by a JSON pointer such as /args/1");
            }
            if (argument.equals(PROGRAM)) {
                throw new IllegalArgumentException("cannot leave the program open");
            }
            if ((match == Match.ANY) != (length == 0) || length < 0) {
                throw new IllegalArgumentException("takes a length of at least 1 for a prefix, and none for any text");
            }
        }
    }

    /** Sorts the choices; {@link IllegalArgumentException} for too many, or two about one argument. */
    public ArgumentPattern {
        if (choices.size() > MOST_CHOICES) {
            throw new IllegalArgumentException("leaves at most " + MOST_CHOICES + " arguments open");
        }
        Set<String> names = new HashSet<>();
        if (!choices.stream().allMatch(choice -> names.add(choice.argument()))) {
            throw new IllegalArgumentException("names each argument once");
        }
        choices =
                choices.stream().sorted(Comparator.comparing(Choice::argument)).toList();
    }

    /** Whether nothing may differ. */
    public boolean exact() {
        return choices.isEmpty();
    }

    /**
     * What of a call is fixed: the pattern itself, the arguments without what may differ, and what will hold the call. Two
     * calls are alike exactly when this is the same for both. Empty for a call that the pattern cannot be about, since an
     * argument that may differ is no text or is shorter than its prefix.
     *
     * @param call as people are shown it
     */
    Optional<ObjectNode> fixed(Prompt call) {
        if (!(call.tool().arguments().deepCopy() instanceof ObjectNode rest)) {
            return Optional.empty();
        }
        for (Choice choice : choices) {
            JsonPointer at = JsonPointer.compile(choice.argument());
            JsonNode value = rest.at(at);
            if (!value.isString()) {
                return Optional.empty();
            }
            String text = value.stringValue();
            if (text.codePointCount(0, text.length()) < choice.length()) {
                return Optional.empty();
            }
            JsonNode kept =
                    JsonNodeFactory.instance.stringNode(text.substring(0, text.offsetByCodePoints(0, choice.length())));
            JsonPointer last = at.last();
            switch (rest.at(at.head())) {
                case ObjectNode parent -> parent.set(last.getMatchingProperty(), kept);
                case ArrayNode parent -> parent.set(last.getMatchingIndex(), kept);
                default -> {
                    return Optional.empty();
                }
            }
        }
        ObjectNode fixed = JsonNodeFactory.instance.objectNode();
        fixed.put("v", VERSION);
        fixed.set("pattern", json());
        fixed.set("arguments", rest);
        fixed.set("sandbox", held(call.sandbox()));
        return Optional.of(fixed);
    }

    /** A yes was said to the call as it would be held. The hosts are compared with the proposals, which name them too. */
    private static ObjectNode held(Prompt.Sandbox sandbox) {
        ObjectNode held = JsonNodeFactory.instance.objectNode();
        held.put("tier", sandbox.tier()).put("egress", sandbox.egress());
        ObjectNode limits = held.putObject("limits");
        sandbox.limits().forEach(limits::put);
        return held;
    }

    /** The pattern as JSON: an array of objects with {@code argument}, {@code match} and, of a prefix, {@code length}. */
    ArrayNode json() {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (Choice choice : choices) {
            ObjectNode each = json.addObject();
            each.put("argument", choice.argument());
            each.put("match", choice.match().wire());
            if (choice.match() == Match.PREFIX) {
                each.put("length", choice.length());
            }
        }
        return json;
    }

    /** The same in canonical JSON, as the signed answer's detail has it. */
    public byte[] written() {
        return CanonicalJson.write(json());
    }

    /** Reads what {@link #json} wrote. */
    static ArgumentPattern read(String json) {
        return new ArgumentPattern(StatementJson.TOLERANT
                .readTree(json)
                .valueStream()
                .map(each -> new Choice(
                        each.path("argument").stringValue(),
                        WireName.find(Match.class, each.path("match").stringValue())
                                .orElseThrow(),
                        each.path("length").asInt(0)))
                .toList());
    }
}
