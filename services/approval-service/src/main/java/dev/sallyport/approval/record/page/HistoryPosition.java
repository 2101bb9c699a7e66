package dev.sallyport.approval.record.page;

import dev.sallyport.servicekit.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the history, the newest answer first.
 *
 * @param resolvedAt when the record was resolved
 * @param id the approval id
 */
public record HistoryPosition(Instant resolvedAt, String id) {
    private static final Pattern FORM = Pattern.compile("([0-9TZ:.-]{20,30})_([0-9A-Z]{26})");

    /** After every answer that can be, so that a page older than it begins with the newest. */
    public static final HistoryPosition NEWEST = new HistoryPosition(Instant.parse("9999-01-01T00:00:00Z"), "");

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws ProblemException 400 for anything else
     */
    public static HistoryPosition read(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            try {
                return new HistoryPosition(Instant.parse(form.group(1)), form.group(2));
            } catch (DateTimeException _) {
                // Refused below, like every other text.
            }
        }
        throw ProblemException.badRequest(
                "INVALID_REQUEST", "`before` must be the position that the page before has named.");
    }

    @Override
    public String toString() {
        return resolvedAt + "_" + id;
    }
}
