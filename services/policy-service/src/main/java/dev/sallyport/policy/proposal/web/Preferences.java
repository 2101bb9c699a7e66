package dev.sallyport.policy.proposal.web;

import dev.sallyport.servicekit.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;

/**
 * {@code Prefer: wait=30, return=minimal} (RFC 7240). A preference that is unknown is passed over, as the RFC says. One
 * that is known and cannot be read is refused: whoever sends it would else believe that it is honoured.
 *
 * @param patience how long the caller wants to wait for the call's end
 * @param minimal whether the caller wants the least of an answer
 */
record Preferences(Duration patience, boolean minimal) {
    /** What the answer says when it is minimal. */
    static final String RETURN_MINIMAL = "return=minimal";

    private static final String HEADER = "Prefer";
    private static final int MOST_S = 60;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");
    private static final Set<String> RETURNED = Set.of("minimal", "representation");

    private static final Pattern WAIT = preference("wait");
    private static final Pattern RETURN = preference("return");

    private static Pattern preference(String name) {
        return Pattern.compile("(?:^|[,;\\s])" + name + "\\s*=\\s*\"?([^\\s,;\"]*)\"?");
    }

    /** Reads the header; it may occur several times, and of one preference stated twice the first counts. */
    static Preferences of(List<String> headers) {
        String all = String.join(",", headers);
        Matcher wait = WAIT.matcher(all);
        Matcher returned = RETURN.matcher(all);
        Duration patience = wait.find() ? seconds(HEADER, wait.group(1)) : Duration.ZERO;
        boolean minimal = returned.find() && minimal(returned.group(1));
        return new Preferences(patience, minimal);
    }

    private static boolean minimal(String returned) {
        if (!RETURNED.contains(returned)) {
            throw refused(HEADER, "`return` must be `minimal` or `representation`.");
        }
        return returned.equals("minimal");
    }

    /** A time to wait; longer ones than a minute count as a minute. */
    static Duration seconds(String field, String text) {
        if (!SECONDS.matcher(text).matches()) {
            throw refused(field, "`wait` must be a whole number of seconds, 0 to " + MOST_S + ".");
        }
        return Duration.ofSeconds(Math.min(Integer.parseInt(text), MOST_S));
    }

    private static ProblemException refused(String field, String rule) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", rule, field, rule);
    }
}
