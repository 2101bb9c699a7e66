package dev.sallyport.statements.json;

import dev.sallyport.statements.json.JsonRefusedException.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.regex.Pattern;
import org.erdtman.jcs.NumberToJSON;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one document strictly. Where it is, is written out only for a refusal: a pointer for each element would cost the
 * length of the names around it, times the number of elements.
 */
final class StrictReader {
    private static final BigDecimal MAX_SAFE = new BigDecimal((1L << 53) - 1);
    /** Keeps no names: a table of them, shared by all readers, would grow by whatever anybody sends. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxNumberLength(400)
                    .maxStringLength(8 * 1024 * 1024)
                    .maxNameLength(64 * 1024)
                    .build())
            .build();

    private static final Pattern SETTINGS =
            Pattern.compile(" \\(start marker at .*\\)|: enable `[^`]*` to allow|, from `[^`]*`", Pattern.DOTALL);

    private final JsonRules rules;
    private final JsonParser parser;
    /** Names of members and indexes of elements, innermost first. */
    private final Deque<Object> at = new ArrayDeque<>();

    private StrictReader(JsonRules rules, JsonParser parser) {
        this.rules = rules;
        this.parser = parser;
    }

    static JsonNode read(byte[] utf8, JsonRules rules) throws JsonRefusedException {
        String text = decode(utf8);
        checkEscapes(text);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return new StrictReader(rules, parser).document();
        } catch (JacksonException e) {
            throw new JsonRefusedException(Reason.SYNTAX, "", "not JSON: " + said(e));
        }
    }

    /** Jackson's words with the place, without its own settings, which are no business of the caller. */
    private static String said(JacksonException e) {
        String words = SETTINGS.matcher(String.valueOf(e.getOriginalMessage())).replaceAll("");
        TokenStreamLocation at = e.getLocation();
        return at == null ? words : words + ", in line " + at.getLineNr() + ", column " + at.getColumnNr();
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

    /** Jackson looks at the low byte of a hexadecimal digit only, and so takes U+0661 for an "a". */
    private static void checkEscapes(String text) throws JsonRefusedException {
        for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
            boolean unicode = i + 1 < text.length() && text.charAt(i + 1) == 'u';
            for (int digit = i + 2; unicode && digit < i + 6; digit++) {
                if (digit >= text.length() || text.charAt(digit) > 'f') {
                    throw new JsonRefusedException(Reason.SYNTAX, "", "not JSON: an escape has four digits 0-9, a-f");
                }
            }
        }
    }

    private JsonNode document() throws JsonRefusedException {
        parser.nextToken();
        JsonNode node = value();
        if (parser.nextToken() != null) {
            throw refused(Reason.SYNTAX, "something follows the JSON document");
        }
        return node;
    }

    private JsonNode value() throws JsonRefusedException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw refused(Reason.SYNTAX, "the JSON document is empty or ends early");
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> JsonNodeFactory.instance.stringNode(text(parser.getString()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE -> JsonNodeFactory.instance.booleanNode(true);
            case VALUE_FALSE -> JsonNodeFactory.instance.booleanNode(false);
            case VALUE_NULL -> {
                if (!rules.allowNull()) {
                    throw refused(Reason.NULL, "null is not accepted here; leave the member out");
                }
                yield JsonNodeFactory.instance.nullNode();
            }
            case END_ARRAY, END_OBJECT, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw refused(Reason.SYNTAX, "not JSON");
        };
    }

    private ObjectNode object() throws JsonRefusedException {
        checkDepth();
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = text(parser.currentName());
            at.push(name);
            if (object.has(name)) {
                throw refused(Reason.DUPLICATE_KEY, "the member occurs twice");
            }
            parser.nextToken();
            object.set(name, value());
            at.pop();
            if (object.size() > rules.maxElements()) {
                throw refused(Reason.TOO_LONG, "at most " + rules.maxElements() + " members are accepted");
            }
        }
        return object;
    }

    private ArrayNode array() throws JsonRefusedException {
        checkDepth();
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            at.push(array.size());
            array.add(value());
            at.pop();
            if (array.size() > rules.maxElements()) {
                throw refused(Reason.TOO_LONG, "at most " + rules.maxElements() + " elements are accepted");
            }
        }
        return array;
    }

    private void checkDepth() throws JsonRefusedException {
        if (at.size() >= rules.maxDepth()) {
            throw refused(Reason.TOO_DEEP, "nested deeper than " + rules.maxDepth() + " levels");
        }
    }

    private String text(String text) throws JsonRefusedException {
        if (text.length() > rules.maxStringLength()) {
            throw refused(Reason.TOO_LONG, "a string is at most " + rules.maxStringLength() + " characters long");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw refused(Reason.NUL, "a string holds the character U+0000");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw refused(Reason.LONE_SURROGATE, "a string holds half of a surrogate pair");
            }
        }
        return text;
    }

    private JsonNode number() throws JsonRefusedException {
        String literal = parser.getString();
        BigDecimal exact;
        try {
            exact = new BigDecimal(literal);
        } catch (NumberFormatException e) {
            throw refused(Reason.NUMBER, "not a number that can be kept exactly");
        }
        if (exact.scale() < -400 || exact.precision() - (long) exact.scale() < -400) {
            throw refused(Reason.NUMBER, "the number is outside the range of a double");
        }
        boolean integer = exact.signum() == 0 || exact.stripTrailingZeros().scale() <= 0;
        if (integer) {
            if (exact.abs().compareTo(MAX_SAFE) > 0) {
                throw refused(Reason.NUMBER, "integers reach from -(2^53-1) to 2^53-1; send a larger one as a string");
            }
            return JsonNodeFactory.instance.numberNode(exact.longValueExact());
        }
        if (rules.onlyIntegers()) {
            throw refused(Reason.NOT_AN_INTEGER, "only integers are accepted here");
        }
        double value = exact.doubleValue();
        if (!Double.isFinite(value) || !unchanged(exact, value)) {
            throw refused(Reason.NUMBER, "a double changes this number; send it as a string or with fewer digits");
        }
        return JsonNodeFactory.instance.numberNode(value);
    }

    private JsonRefusedException refused(Reason reason, String message) {
        StringBuilder pointer = new StringBuilder();
        for (Iterator<Object> outer = at.descendingIterator(); outer.hasNext(); ) {
            pointer.append('/')
                    .append(outer.next().toString().replace("~", "~0").replace("/", "~1"));
        }
        return new JsonRefusedException(reason, pointer.toString(), message);
    }

    private static boolean unchanged(BigDecimal exact, double value) {
        try {
            return new BigDecimal(NumberToJSON.serializeNumber(value)).compareTo(exact) == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
