package dev.sallyport.arguments.host;

import java.util.regex.Pattern;

/**
 * One host and one of its ports, as {@code api.example.com} or {@code api.example.com:8443}. Without a port it is that of
 * https; that one is never written.
 *
 * <p>A rule may stand for all hosts below a name, as {@code *.example.com}: never for the name itself, nor for a host that
 * only ends in the same letters.
 *
 * @param below whether all hosts below the name are meant, and not the host of that name
 * @param name the host, or the name above
 * @param port from 1 to 65535
 */
public record HostRule(boolean below, HostName name, int port) {
    /** The port of https. */
    public static final int HTTPS = 443;

    /** No statement has a longer one. */
    private static final int LONGEST_TEXT = 255;

    private static final String BELOW = "*.";

    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    /** Refuses a port that there is not with {@link IllegalArgumentException}. */
    public HostRule {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is from 1 to 65535");
        }
    }

    /** The rule of one host, as calls and permits name it. */
    public static HostRule of(HostName name, int port) {
        return new HostRule(false, name, port);
    }

    /**
     * Reads a rule.
     *
     * @throws HostRefusedException unless it is a name with an optional port, {@code *.} before it or not
     */
    public static HostRule parse(String text) throws HostRefusedException {
        boolean below = text.startsWith(BELOW);
        String rest = below ? text.substring(BELOW.length()) : text;
        int colon = rest.indexOf(':');
        HostName name = HostName.of(colon < 0 ? rest : rest.substring(0, colon));
        return new HostRule(below, name, colon < 0 ? HTTPS : port(rest.substring(colon + 1)));
    }

    /** Whether the text is the one spelling of one host, as {@link #toString} writes it; a rule with a star is not. */
    public static boolean isCanonicalHost(String text) {
        try {
            HostRule rule = parse(text);
            return !rule.below()
                    && text.length() <= LONGEST_TEXT
                    && rule.toString().equals(text);
        } catch (HostRefusedException _) {
            return false;
        }
    }

    static int port(String digits) throws HostRefusedException {
        int port = PORT.matcher(digits).matches() ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65_535) {
            throw new HostRefusedException("The port must be a number from 1 to 65535.");
        }
        return port;
    }

    /** Whether it means this port of this host. */
    public boolean means(HostName host, int itsPort) {
        return port == itsPort && (below ? host.text().endsWith("." + name.text()) : host.equals(name));
    }

    /** Its one spelling. */
    @Override
    public String toString() {
        return (below ? BELOW : "") + name.text() + (port == HTTPS ? "" : ":" + port);
    }
}
