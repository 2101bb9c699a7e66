package dev.sallyport.statements.json;

import dev.sallyport.statements.json.JsonRefusedException.Reason;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Canonical JSON: a strict reader for hostile bytes and the writer of RFC 8785.
 *
 * <p>The reader refuses what two parsers could read differently: duplicate names, lone surrogates, U+0000, bytes that are
 * not UTF-8, numbers that a double changes. What it accepts has exactly one canonical form.
 */
public final class CanonicalJson {
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
        return StrictReader.read(utf8, rules);
    }

    /** Reads an object that must already be in canonical form; anything else is refused as {@code NOT_CANONICAL}. */
    public static ObjectNode readCanonicalObject(byte[] utf8, JsonRules rules) throws JsonRefusedException {
        ObjectNode object = readObject(utf8, rules);
        if (!Arrays.equals(utf8, write(object))) {
            throw new JsonRefusedException(Reason.NOT_CANONICAL, "", "the JSON is not in canonical form (RFC 8785)");
        }
        return object;
    }

    /**
     * The canonical bytes of a value that {@link #read} accepts.
     *
     * @throws IllegalArgumentException for what has none: half of a surrogate pair, a number that is not finite
     */
    public static byte[] write(JsonNode node) {
        return CanonicalWriter.write(node);
    }
}
