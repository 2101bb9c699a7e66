package dev.sallyport.skills.manifest;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Requests that a skill asks to make.
 *
 * @param url an https address of one host; a {@code *} at its end stands for whatever follows
 * @param methods HTTP methods
 * @param maxResponseBytes largest answer in bytes
 */
public record HttpCapability(String url, Set<String> methods, long maxResponseBytes) {
    /** A percent sign, dot, slash, backslash, semicolon or control character, written with a percent sign. */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?i)%(25|2e|2f|5c|3b|3f|23|7f|[01][0-9a-f])");

    /** Copies the methods. */
    public HttpCapability {
        methods = Set.copyOf(methods);
    }

    /** Whether whatever the other allows is allowed by this one too. */
    boolean covers(HttpCapability other) {
        boolean covered =
                url.endsWith("*") ? other.url.startsWith(url.substring(0, url.length() - 1)) : url.equals(other.url);
        return covered && methods.containsAll(other.methods) && maxResponseBytes >= other.maxResponseBytes;
    }

    /**
     * Whether it asks for this request. A path that a server could take for another one counts as none: one that leads up,
     * in whatever spelling, or that has a character written with a percent sign by which servers part a path.
     *
     * @param target path and query, as requests name them
     */
    public boolean allows(String method, String host, String target) {
        int query = target.indexOf('?');
        String address = "https://" + host + target;
        return methods.contains(method)
                && isPlain(query < 0 ? target : target.substring(0, query))
                && (url.endsWith("*") ? address.startsWith(url.substring(0, url.length() - 1)) : address.equals(url));
    }

    private static boolean isPlain(String path) {
        if (AMBIGUOUS.matcher(path).find()) {
            return false;
        }
        for (String segment : path.split("/", -1)) {
            // Some servers take what is behind a semicolon away before they go up.
            int parameters = segment.indexOf(';');
            String name = parameters < 0 ? segment : segment.substring(0, parameters);
            if (name.equals(".") || name.equals("..")) {
                return false;
            }
        }
        return true;
    }

    /** The host of its address. */
    public String host() {
        String rest = url.substring("https://".length());
        return rest.substring(0, rest.indexOf('/'));
    }

    @Override
    public String toString() {
        return "http " + String.join(",", methods.stream().sorted().toList()) + " " + url + ", answers of at most "
                + maxResponseBytes + " bytes";
    }
}
