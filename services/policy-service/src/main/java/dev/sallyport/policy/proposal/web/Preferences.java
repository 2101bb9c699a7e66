package dev.sallyport.policy.proposal.web;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code Prefer: wait=30, return=minimal} (RFC 7240). A preference that is unknown or cannot be read is passed over,
 * as the RFC says.
 *
 * @param patience how long the caller wants to wait for the call's end
 * @param minimal whether the caller wants the least of an answer
 */
record Preferences(Duration patience, boolean minimal) {
    /** What the answer says when it is minimal. */
    static final String RETURN_MINIMAL = "return=minimal";

    private static final int MOST_S = 60;
    private static final Pattern WAIT = preference("wait", "[0-9]{1,6}");
    private static final Pattern RETURN = preference("return", "[a-z]{1,32}");

    private static Pattern preference(String name, String value) {
        return Pattern.compile("(?:^|[,;\\s])" + name + "\\s*=\\s*\"?(" + value + ")\"?(?:$|[,;\\s])");
    }

    /** Reads the header; it may occur several times, and of one preference stated twice the first counts. */
    static Preferences of(List<String> headers) {
        String all = String.join(",", headers);
        Matcher wait = WAIT.matcher(all);
        Matcher returned = RETURN.matcher(all);
        return new Preferences(
                wait.find() ? seconds(Integer.parseInt(wait.group(1))) : Duration.ZERO,
                returned.find() && returned.group(1).equals("minimal"));
    }

    static Duration seconds(int seconds) {
        return Duration.ofSeconds(Math.clamp(seconds, 0, MOST_S));
    }
}
