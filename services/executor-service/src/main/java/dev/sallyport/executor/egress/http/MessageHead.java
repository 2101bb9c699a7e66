package dev.sallyport.executor.egress.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request or a response (RFC 9112): its first line and its fields. What is read leniently by one and
 * strictly by another is how requests are smuggled. So a line ends with CR LF and nothing else, no line is folded, no
 * space stands before a colon, and no control character anywhere.
 *
 * @param first the first line
 * @param fields in their order
 */
public record MessageHead(String first, List<Field> fields) {
    /** The most bytes of a head. */
    public static final int MOST_BYTES = 32 << 10;

    private static final int MOST_FIELDS = 128;

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}");

    /** Fields that are about one connection (RFC 9110, 7.6.1), or about how the body lies in the message. */
    private static final Set<String> OF_ONE_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-authentication-info",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "content-length");

    /** One field. */
    public record Field(String name, String value) {
        /** Refuses what would end the line, or is no name, with {@link IllegalArgumentException}. */
        public Field {
            if (!TOKEN.matcher(name).matches() || !value.chars().allMatch(MessageHead::isFieldCharacter)) {
                throw new IllegalArgumentException("this is no field of HTTP");
            }
        }

        /** Whether it has that name. */
        public boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }

        /** Whether a message loses it on its way through a proxy. */
        boolean isOfOneConnection() {
            return OF_ONE_CONNECTION.contains(name.toLowerCase(Locale.ROOT));
        }
    }

    /** Copies the list. */
    public MessageHead {
        fields = List.copyOf(fields);
    }

    /** Whether the text may be a field's name. */
    public static boolean isName(String text) {
        return TOKEN.matcher(text).matches();
    }

    /** Visible characters, space and tab, and bytes beyond ASCII, which are passed on as they are. */
    static boolean isFieldCharacter(int character) {
        return character == '\t' || (character >= ' ' && character < 0x7f) || (character >= 0x80 && character <= 0xff);
    }

    /**
     * Reads a head, and not a byte more.
     *
     * @return null if nothing came any more
     * @throws MalformedMessageException if it is none
     */
    public static @Nullable MessageHead read(InputStream from) throws IOException {
        Lines lines = new Lines(from);
        String first = lines.next();
        if (first == null) {
            return null;
        }
        List<Field> fields = new ArrayList<>();
        for (String line = lines.next(); ; line = lines.next()) {
            if (line == null) {
                throw new EOFException("the head of a message is not complete");
            }
            if (line.isEmpty()) {
                return new MessageHead(first, fields);
            }
            fields.add(field(line));
            if (fields.size() > MOST_FIELDS) {
                throw new MalformedMessageException("A message has more than " + MOST_FIELDS + " fields.");
            }
        }
    }

    private static Field field(String line) throws MalformedMessageException {
        int colon = line.indexOf(':');
        if (colon < 0 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
            throw new MalformedMessageException("A line of a message's head is no field.");
        }
        return new Field(line.substring(0, colon), stripped(line.substring(colon + 1)));
    }

    private static String stripped(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    private static boolean isBlank(char each) {
        return each == ' ' || each == '\t';
    }

    /** All values of a field, in their order. */
    public List<String> values(String name) {
        return fields.stream().filter(field -> field.is(name)).map(Field::value).toList();
    }

    /**
     * The one value of a field, null without it.
     *
     * @throws MalformedMessageException if it is there more than once
     */
    public @Nullable String value(String name) throws MalformedMessageException {
        List<String> values = values(name);
        if (values.size() > 1) {
            throw new MalformedMessageException("A message has the field " + name + " more than once.");
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    /** The fields that go on with the message: without those about the connection that it came by. */
    public Stream<Field> lasting() {
        List<String> named = values("connection").stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(String::strip)
                .toList();
        return fields.stream()
                .filter(field -> !field.isOfOneConnection())
                .filter(field -> named.stream().noneMatch(field::is));
    }

    /** As it is sent. */
    public byte[] bytes() {
        StringBuilder text = new StringBuilder(first).append("\r\n");
        fields.forEach(field ->
                text.append(field.name()).append(": ").append(field.value()).append("\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Lines of one head. */
    private static final class Lines {
        private final InputStream from;
        private int bytes;

        Lines(InputStream from) {
            this.from = from;
        }

        @Nullable
        String next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(80);
            for (int each = from.read(); ; each = from.read()) {
                if (each < 0) {
                    if (bytes == 0) {
                        return null;
                    }
                    throw new EOFException("the head of a message is not complete");
                }
                if (++bytes > MOST_BYTES) {
                    throw new MalformedMessageException(
                            "The head of a message is longer than " + MOST_BYTES + " bytes.");
                }
                if (each == '\r') {
                    if (from.read() != '\n') {
                        throw new MalformedMessageException("A line of a message's head does not end with CR LF.");
                    }
                    bytes++;
                    return line.toString(StandardCharsets.ISO_8859_1);
                }
                if (!isFieldCharacter(each)) {
                    throw new MalformedMessageException("The head of a message has a control character.");
                }
                line.write(each);
            }
        }
    }
}
