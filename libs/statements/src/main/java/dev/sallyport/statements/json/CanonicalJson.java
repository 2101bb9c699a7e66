package dev.sallyport.statements.json;

import dev.sallyport.statements.json.JsonRefusedException.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.erdtman.jcs.JsonCanonicalizer;
import org.erdtman.jcs.NumberToJSON;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Canonical JSON: a strict reader for hostile bytes and the writer of RFC 8785.
 *
 * <p>The reader refuses what two parsers could read differently: duplicate names, lone surrogates, U+0000, bytes that are
 * not UTF-8, numbers that a double changes. What it accepts has exactly one canonical form.
 */
public final class CanonicalJson {
    private static final BigDecimal MAX_SAFE = new BigDecimal((1L << 53) - 1);
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxNumberLength(400)
                    .maxStringLength(2 * 1024 * 1024)
                    .maxNameLength(64 * 1024)
                    .build())
            .build();
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private CanonicalJson() {}

    /** Reads an object strictly; {@link JsonRefusedException} says where and why not. */
    public static ObjectNode readObject(byte[] utf8, JsonRules rules) throws JsonRefusedException {
        if (read(utf8, rules) instanceof ObjectNode object) {
            return object;
        }
        throw new JsonRefusedException(Reason.NOT_AN_OBJECT, "", "a JSON object is expected");
    }

    /** Reads any JSON value strictly; {@link JsonRefusedException} says where and why not. */
    public static JsonNode read(byte[] utf8, JsonRules rules) throws JsonRefusedException {
        if (utf8.length > rules.maxBytes()) {
            throw new JsonRefusedException(
                    Reason.TOO_LONG,
                    "",
                    "at most " + rules.maxBytes() + " bytes are accepted, these are " + utf8.length);
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), decode(utf8))) {
            parser.nextToken();
            JsonNode node = value(parser, rules, "", 1);
            if (parser.nextToken() != null) {
                throw new JsonRefusedException(Reason.SYNTAX, "", "something follows the JSON document");
            }
            return node;
        } catch (JacksonException e) {
            throw new JsonRefusedException(Reason.SYNTAX, "", "not JSON: " + e.getOriginalMessage());
        }
    }

    /** Reads an object that must already be in canonical form; anything else is refused as {@code NOT_CANONICAL}. */
    public static ObjectNode readCanonicalObject(byte[] utf8, JsonRules rules) throws JsonRefusedException {
        ObjectNode object = readObject(utf8, rules);
        if (!Arrays.equals(utf8, write(object))) {
            throw new JsonRefusedException(Reason.NOT_CANONICAL, "", "the JSON is not in canonical form (RFC 8785)");
        }
        return object;
    }

    /** The canonical bytes of a value that {@link #read} accepts. */
    public static byte[] write(JsonNode node) {
        try {
            return new JsonCanonicalizer(MAPPER.writeValueAsString(node)).getEncodedUTF8();
        } catch (IOException e) {
            throw new IllegalArgumentException("not a value with a canonical form", e);
        }
    }

    private static String decode(byte[] utf8) throws JsonRefusedException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new JsonRefusedException(Reason.NOT_UTF8, "", "the bytes are not UTF-8");
        }
    }

    private static JsonNode value(JsonParser parser, JsonRules rules, String at, int depth)
            throws JsonRefusedException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new JsonRefusedException(Reason.SYNTAX, at, "the JSON document is empty or ends early");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, rules, at, depth);
            case START_ARRAY -> array(parser, rules, at, depth);
            case VALUE_STRING -> JsonNodeFactory.instance.stringNode(text(parser.getString(), rules, at));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser, rules, at);
            case VALUE_TRUE -> JsonNodeFactory.instance.booleanNode(true);
            case VALUE_FALSE -> JsonNodeFactory.instance.booleanNode(false);
            case VALUE_NULL -> {
                if (!rules.allowNull()) {
                    throw new JsonRefusedException(Reason.NULL, at, "null is not accepted here; leave the member out");
                }
                yield JsonNodeFactory.instance.nullNode();
            }
            case END_ARRAY, END_OBJECT, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new JsonRefusedException(Reason.SYNTAX, at, "not JSON");
        };
    }

    private static ObjectNode object(JsonParser parser, JsonRules rules, String at, int depth)
            throws JsonRefusedException {
        checkDepth(rules, at, depth);
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = text(parser.currentName(), rules, at);
            String member = at + "/" + name.replace("~", "~0").replace("/", "~1");
            if (object.has(name)) {
                throw new JsonRefusedException(Reason.DUPLICATE_KEY, member, "the member occurs twice");
            }
            parser.nextToken();
            object.set(name, value(parser, rules, member, depth + 1));
            if (object.size() > rules.maxElements()) {
                throw new JsonRefusedException(
                        Reason.TOO_LONG, at, "at most " + rules.maxElements() + " members are accepted");
            }
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser, JsonRules rules, String at, int depth)
            throws JsonRefusedException {
        checkDepth(rules, at, depth);
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, rules, at + "/" + array.size(), depth + 1));
            if (array.size() > rules.maxElements()) {
                throw new JsonRefusedException(
                        Reason.TOO_LONG, at, "at most " + rules.maxElements() + " elements are accepted");
            }
        }
        return array;
    }

    private static void checkDepth(JsonRules rules, String at, int depth) throws JsonRefusedException {
        if (depth > rules.maxDepth()) {
            throw new JsonRefusedException(Reason.TOO_DEEP, at, "nested deeper than " + rules.maxDepth() + " levels");
        }
    }

    private static String text(String text, JsonRules rules, String at) throws JsonRefusedException {
        if (text.length() > rules.maxStringLength()) {
            throw new JsonRefusedException(
                    Reason.TOO_LONG, at, "a string is at most " + rules.maxStringLength() + " characters long");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new JsonRefusedException(Reason.NUL, at, "a string holds the character U+0000");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new JsonRefusedException(Reason.LONE_SURROGATE, at, "a string holds half of a surrogate pair");
            }
        }
        return text;
    }

    private static JsonNode number(JsonParser parser, JsonRules rules, String at) throws JsonRefusedException {
        String literal = parser.getString();
        BigDecimal exact;
        try {
            exact = new BigDecimal(literal);
        } catch (NumberFormatException e) {
            throw new JsonRefusedException(Reason.NUMBER, at, "not a number that can be kept exactly");
        }
        if (exact.scale() < -400 || exact.precision() - (long) exact.scale() < -400) {
            throw new JsonRefusedException(Reason.NUMBER, at, "the number is outside the range of a double");
        }
        boolean integer = exact.signum() == 0 || exact.stripTrailingZeros().scale() <= 0;
        if (integer) {
            if (exact.abs().compareTo(MAX_SAFE) > 0) {
                throw new JsonRefusedException(
                        Reason.NUMBER, at, "integers reach from -(2^53-1) to 2^53-1; send a larger one as a string");
            }
            return JsonNodeFactory.instance.numberNode(exact.longValueExact());
        }
        if (rules.onlyIntegers()) {
            throw new JsonRefusedException(Reason.NOT_AN_INTEGER, at, "only integers are accepted here");
        }
        double value = exact.doubleValue();
        if (!Double.isFinite(value) || !unchanged(exact, value)) {
            throw new JsonRefusedException(
                    Reason.NUMBER, at, "a double changes this number; send it as a string or with fewer digits");
        }
        return JsonNodeFactory.instance.numberNode(value);
    }

    private static boolean unchanged(BigDecimal exact, double value) {
        try {
            return new BigDecimal(NumberToJSON.serializeNumber(value)).compareTo(exact) == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
