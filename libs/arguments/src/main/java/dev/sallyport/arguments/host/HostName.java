package dev.sallyport.arguments.host;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one name of a host: lower-case labels of ASCII letters, digits and hyphens with a dot between (RFC 1123, 2.1).
 *
 * <p>An address is no name. Programs read {@code 127.1}, {@code 0x7f000001} and {@code 017700000001} as addresses
 * (inet_aton(3)), and every such spelling has a number at its end: the last label of a name begins with a letter, as all
 * top-level domains do.
 *
 * @param text canonical
 */
public record HostName(String text) {
    private static final int LONGEST = 253;

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

    /** Refuses what is not canonical with {@link IllegalArgumentException}. */
    public HostName {
        String wrong = wrong(text);
        if (wrong != null) {
            throw new IllegalArgumentException(wrong);
        }
    }

    /**
     * Reads a host as somebody wrote it: in whatever case, with at most one dot at its end.
     *
     * @throws HostRefusedException for everything else, an address, a port, or a name that is not in ASCII among it
     */
    public static HostName of(String given) throws HostRefusedException {
        // ASCII alone: the lower case of some other letters is an ASCII one (KELVIN SIGN).
        if (!given.chars().allMatch(each -> each > ' ' && each < 0x7f)) {
            throw new HostRefusedException(
                    "The host has characters other than visible ASCII: write an international name in its form with"
                            + " xn--.");
        }
        String name = given.toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        String wrong = wrong(name);
        if (wrong != null) {
            throw new HostRefusedException(wrong);
        }
        return new HostName(name);
    }

    private static @Nullable String wrong(String name) {
        if (name.length() > LONGEST || !NAME.matcher(name).matches()) {
            return "The host must be a name of letters, digits, hyphens and dots: no address, no user, no port and no"
                    + " percent sign.";
        }
        char last = name.charAt(name.lastIndexOf('.') + 1);
        if (last < 'a' || last > 'z') {
            return "The host must be a name whose last part begins with a letter: an address, in whatever spelling, is"
                    + " refused.";
        }
        return null;
    }

    @Override
    public String toString() {
        return text;
    }
}
