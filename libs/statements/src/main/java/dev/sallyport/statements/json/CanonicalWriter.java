package dev.sallyport.statements.json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.erdtman.jcs.NumberToJSON;
import tools.jackson.databind.JsonNode;

/** Writes the canonical form of RFC 8785 from a tree, in one pass. */
final class CanonicalWriter {
    /** Integers up to here are the same number as a double (RFC 8785, section 3.2.2.3). */
    private static final long MAX_SAFE = (1L << 53) - 1;

    private final StringBuilder out = new StringBuilder(512);

    private CanonicalWriter() {}

    static byte[] write(JsonNode node) {
        var writer = new CanonicalWriter();
        writer.value(node);
        return writer.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void value(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> object(node);
            case ARRAY -> array(node);
            case STRING, BINARY -> string(node.asString());
            case NUMBER -> number(node);
            case BOOLEAN -> out.append(node.booleanValue());
            case NULL -> out.append("null");
            case MISSING, POJO -> throw new IllegalArgumentException("not a value with a canonical form: " + node);
        }
    }

    /** Members in the order of their names' UTF-16 units (section 3.2.3), which is that of {@link String#compareTo}. */
    private void object(JsonNode node) {
        List<Map.Entry<String, JsonNode>> members = new ArrayList<>(node.properties());
        members.sort(Comparator.comparing(Map.Entry::getKey));
        char separator = '{';
        for (Map.Entry<String, JsonNode> member : members) {
            out.append(separator);
            separator = ',';
            string(member.getKey());
            out.append(':');
            value(member.getValue());
        }
        if (separator == '{') {
            out.append('{');
        }
        out.append('}');
    }

    private void array(JsonNode node) {
        char separator = '[';
        for (JsonNode element : node) {
            out.append(separator);
            separator = ',';
            value(element);
        }
        if (separator == '[') {
            out.append('[');
        }
        out.append(']');
    }

    private void number(JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            long integer = node.longValue();
            if (integer >= -MAX_SAFE && integer <= MAX_SAFE) {
                out.append(integer);
                return;
            }
        }
        try {
            out.append(NumberToJSON.serializeNumber(node.doubleValue()));
        } catch (IOException e) {
            throw new IllegalArgumentException("not a value with a canonical form: " + node, e);
        }
    }

    /** Escapes what section 3.2.2.2 escapes and nothing else. */
    private void string(String text) {
        out.append('"');
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\') {
                out.append(text, written, i);
                escape(c);
                written = i + 1;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException("a string with half of a surrogate pair has no canonical form");
            }
        }
        out.append(text, written, text.length()).append('"');
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> out.append(c < 0x10 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
        }
    }
}
