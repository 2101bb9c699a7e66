package dev.sallyport.executor.egress.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a request (RFC 9112, 3).
 *
 * @param method a token
 * @param target what is asked for, in whatever form; visible ASCII
 */
public record RequestLine(String method, String target) {
    private static final Pattern FORM = Pattern.compile("([A-Za-z][A-Za-z-]{0,31}) ([!-~]{1,8192}) HTTP/1\\.[01]");

    /**
     * Reads one.
     *
     * @throws MalformedMessageException if it is none of HTTP/1.0 or HTTP/1.1
     */
    public static RequestLine parse(String line) throws MalformedMessageException {
        Matcher matcher = FORM.matcher(line);
        if (!matcher.matches()) {
            throw new MalformedMessageException("This is no request of HTTP/1.1.");
        }
        return new RequestLine(matcher.group(1), matcher.group(2));
    }

    /** The line of a request to the server itself. */
    @Override
    public String toString() {
        return method + " " + target + " HTTP/1.1";
    }
}
