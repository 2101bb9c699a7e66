package dev.sallyport.executor.egress.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a response (RFC 9112, 4).
 *
 * @param status from 100 to 599
 * @param reason what it says for people
 */
public record StatusLine(int status, String reason) {
    private static final Pattern FORM = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: (.{0,1024}))?");

    /**
     * Reads one.
     *
     * @throws MalformedMessageException if it is none of HTTP/1.0 or HTTP/1.1
     */
    public static StatusLine parse(String line) throws MalformedMessageException {
        Matcher matcher = FORM.matcher(line);
        if (!matcher.matches()) {
            throw new MalformedMessageException("The server did not answer with HTTP/1.1.");
        }
        String reason = matcher.group(2);
        return new StatusLine(Integer.parseInt(matcher.group(1)), reason == null ? "" : reason);
    }

    /** Whether another response follows (RFC 9110, 15.2). */
    public boolean interim() {
        return status < 200;
    }

    @Override
    public String toString() {
        return "HTTP/1.1 " + status + " " + reason;
    }
}
