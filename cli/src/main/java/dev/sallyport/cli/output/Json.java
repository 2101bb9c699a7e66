package dev.sallyport.cli.output;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON read from services and files, and written to the terminal as ASCII, so that no character of it can act there.
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    // A table of all names ever read would grow by whatever a service sends.
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(4 << 20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .characterEscapes(new DeleteEscaped())
                    .build())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // A number is shown as it was sent: one that no double holds would become a text, "Infinity".
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();

    /** Where Jackson says what it has read from. */
    private static final Pattern SOURCE = Pattern.compile("\\s*(\\(start marker )?(at )?\\[Source: [^\\]]*\\]\\)?");

    private Json() {}

    /** The mapper: strict reading (duplicate keys, trailing tokens and depth over 64 are refused), ASCII writing. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** JSON may hold the delete character as it is; on a terminal it acts. */
    private static final class DeleteEscaped extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int DELETE = 0x7f;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DELETE] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }

    /** Reads bytes of a document; throws {@link JacksonException} if it is not one, an empty one neither. */
    public static JsonNode read(byte[] bytes) {
        JsonNode read;
        try {
            read = MAPPER.readTree(bytes);
        } catch (NumberFormatException | ArithmeticException e) {
            // Jackson lets through what BigDecimal throws at an exponent that it cannot hold.
            throw new StreamReadException(null, "it has a number that is too large", e);
        }
        if (read.isMissingNode()) {
            throw new StreamReadException(null, "there is no document");
        }
        return read;
    }

    /** What is wrong with a document that could not be read, in words and without the parser's own. */
    public static String complaint(JacksonException e) {
        if (e instanceof UnexpectedEndOfInputException
                || e.getOriginalMessage().startsWith("Unexpected end-of-input")) {
            return "it ends before it is complete";
        }
        String message = SOURCE.matcher(e.getOriginalMessage()).replaceAll("").strip();
        if (message.startsWith("Trailing token")) {
            return "there is more behind its end";
        }
        TokenStreamLocation at = e.getLocation();
        return at == null || at.getLineNr() < 1
                ? message
                : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": " + message;
    }

    /** The value indented, in ASCII, without a line break at the end. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** The value on one line, in ASCII. */
    public static String line(Object value) {
        return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    }

    /** The text at a path of fields like {@code state.phase}; the empty text if there is none or it is null. */
    public static String text(JsonNode node, String path) {
        JsonNode found = node;
        for (String field : path.split("\\.", -1)) {
            found = found.path(field);
        }
        if (found.isMissingNode() || found.isNull()) {
            return "";
        }
        return found.isValueNode() ? found.asString() : found.toString();
    }
}
