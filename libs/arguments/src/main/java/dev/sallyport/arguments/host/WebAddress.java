package dev.sallyport.arguments.host;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address of the web, read so that nobody else can read another host out of it: no user, no address in place of a
 * name, no backslash, nothing but visible ASCII.
 *
 * @param tls whether it is https
 * @param host where it leads
 * @param port the given one, else the scheme's
 * @param target path and query as a request names them; the fragment is left out, which no server is told
 */
public record WebAddress(boolean tls, HostName host, int port, String target) {
    /** The port of http. */
    public static final int HTTP = 80;

    private static final int LONGEST = 8192;

    private static final Pattern FORM = Pattern.compile("(?i)(https?)://([^/?#]*)([/?][^#]*)?(#.*)?", Pattern.DOTALL);

    /** What stands in a path or query (RFC 3986, 3.3 and 3.4), and brackets, which many leave as they are. */
    private static final String PLAIN =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?[]";

    /**
     * Reads an address.
     *
     * @throws HostRefusedException saying what is wrong with it
     */
    public static WebAddress parse(String text) throws HostRefusedException {
        Matcher matcher = FORM.matcher(text);
        if (text.length() > LONGEST || !matcher.matches()) {
            throw new HostRefusedException(
                    "The address must begin with https:// or http:// and have at most " + LONGEST + " characters.");
        }
        boolean tls = matcher.group(1).length() == "https".length();
        String authority = matcher.group(2);
        int colon = authority.indexOf(':');
        HostName host = HostName.of(colon < 0 ? authority : authority.substring(0, colon));
        int port = colon < 0 ? tls ? HostRule.HTTPS : HTTP : HostRule.port(authority.substring(colon + 1));
        return new WebAddress(tls, host, port, target(matcher.group(3)));
    }

    private static String target(@Nullable String given) throws HostRefusedException {
        String target = given == null ? "/" : given.startsWith("?") ? "/" + given : given;
        if (!isTarget(target)) {
            throw new HostRefusedException(
                    "The address has a character in its path or query that must be written with a percent sign.");
        }
        return target;
    }

    /** Not by a regular expression: one with a choice for each character needs a stack as deep as the text is long. */
    private static boolean isTarget(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) == '%') {
                if (at + 2 >= text.length() || !isHex(text.charAt(at + 1)) || !isHex(text.charAt(at + 2))) {
                    return false;
                }
                at += 2;
            } else if (PLAIN.indexOf(text.charAt(at)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHex(char each) {
        return each < 0x80 && Character.digit(each, 16) >= 0;
    }

    /**
     * Where a redirect from here leads (RFC 9110, 10.2.2): an address, or a path at the same host.
     *
     * @throws HostRefusedException for anything else, a path that is relative to this one among it
     */
    public WebAddress follow(String location) throws HostRefusedException {
        String whole = location.startsWith("//") ? (tls ? "https:" : "http:") + location : location;
        if (whole.startsWith("/") || whole.startsWith("?")) {
            int fragment = whole.indexOf('#');
            String path = fragment < 0 ? whole : whole.substring(0, fragment);
            return new WebAddress(tls, host, port, target(whole.startsWith("?") ? path() + path : path));
        }
        return parse(whole);
    }

    private String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The rule that admits exactly its host and port. */
    public HostRule rule() {
        return HostRule.of(host, port);
    }

    /** Host and port as a request names them (RFC 9110, 7.2): without the scheme's own port. */
    public String authority() {
        return host.text() + (port == (tls ? HostRule.HTTPS : HTTP) ? "" : ":" + port);
    }

    /** All of it. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + authority() + target;
    }
}
