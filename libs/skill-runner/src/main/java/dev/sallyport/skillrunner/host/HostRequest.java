package dev.sallyport.skillrunner.host;

import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.skills.module.HostAnswer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request that a module asks its host to send. A module writes it as HTTP does, but with a line feed alone at a line's
 * end: {@code GET https://api.example.com/v1/x}, fields, an empty line, and the body to the end.
 *
 * @param body empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that go out, never compared
public record HostRequest(String method, WebAddress address, List<HostField> fields, byte[] body) {
    /** The most bytes of a request. */
    public static final int MOST_BYTES = 1 << 20;

    private static final int LONGEST_HEAD = 16 << 10;

    private static final int MOST_FIELDS = 64;

    /** What the host says itself, or what is about one connection. */
    private static final Set<String> OF_THE_HOST = Set.of(
            "host",
            "connection",
            "content-length",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "keep-alive",
            "expect",
            "accept-encoding",
            "proxy-authorization",
            "proxy-connection",
            "http2-settings",
            // With these some servers take a request for one of another method or address than the line says.
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-prefix",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-url",
            "x-rewrite-url");

    private static final Pattern FIRST = Pattern.compile("([A-Z]{1,16}) (\\S{1,8192})");

    /** Copies the list. */
    public HostRequest {
        fields = List.copyOf(fields);
    }

    /**
     * Reads what a module wrote.
     *
     * @throws HostRefusedException {@link HostAnswer#BAD_ARGUMENT} if it is no request
     */
    public static HostRequest parse(byte[] bytes) throws HostRefusedException {
        int end = headEnd(bytes);
        List<String> lines = lines(bytes, end);
        Matcher first = FIRST.matcher(lines.getFirst());
        if (!first.matches() || lines.size() > MOST_FIELDS + 1) {
            throw malformed();
        }
        List<HostField> fields = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(": ");
            String name = colon < 0 ? "" : line.substring(0, colon);
            if (OF_THE_HOST.contains(name.toLowerCase(Locale.ROOT))
                    || !HostField.isOne(name, line.substring(colon + 2))) {
                throw malformed();
            }
            fields.add(new HostField(name, line.substring(colon + 2)));
        }
        byte[] body = end + 2 < bytes.length ? Arrays.copyOfRange(bytes, end + 2, bytes.length) : new byte[0];
        try {
            return new HostRequest(first.group(1), WebAddress.parse(first.group(2)), fields, body);
        } catch (dev.sallyport.arguments.host.HostRefusedException _) {
            throw malformed();
        }
    }

    /** Where the empty line begins, by the line feed before it; the end of all bytes where there is none. */
    private static int headEnd(byte[] bytes) throws HostRefusedException {
        for (int at = 0; at < Math.min(bytes.length, LONGEST_HEAD); at++) {
            if (bytes[at] == '\n' && at + 1 < bytes.length && bytes[at + 1] == '\n') {
                return at;
            }
        }
        if (bytes.length > LONGEST_HEAD) {
            throw malformed();
        }
        return bytes.length;
    }

    private static List<String> lines(byte[] bytes, int end) throws HostRefusedException {
        for (int at = 0; at < end; at++) {
            if (bytes[at] != '\n' && (bytes[at] < ' ' || bytes[at] == 0x7f)) {
                throw malformed();
            }
        }
        String head = new String(bytes, 0, end, StandardCharsets.US_ASCII);
        return List.of((head.endsWith("\n") ? head.substring(0, head.length() - 1) : head).split("\n", -1));
    }

    private static HostRefusedException malformed() {
        return new HostRefusedException(HostAnswer.BAD_ARGUMENT);
    }

    /** As a module writes it. */
    public byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes((method + " " + address + "\n").getBytes(StandardCharsets.US_ASCII));
        HostField.write(fields, all);
        all.writeBytes(body);
        return all.toByteArray();
    }

    @Override
    public String toString() {
        return method + " " + address;
    }
}
