package dev.sallyport.approval.record.page;

import dev.sallyport.servicekit.problem.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the queue: what puts more at stake comes first, then what has the least time left.
 *
 * @param urgency 1 for the most that may be at stake, 4 for the least; 0 before all of them
 * @param expiresAt until when an answer counts
 * @param id the approval id
 */
public record QueuePosition(int urgency, Instant expiresAt, String id) {
    private static final Pattern FORM = Pattern.compile("([1-4])_([0-9TZ:.-]{20,30})_([0-9A-Z]{26})");

    /** Before everything. */
    public static final QueuePosition FIRST = new QueuePosition(0, Instant.EPOCH, "");

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws ProblemException 400 for anything else
     */
    public static QueuePosition read(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            try {
                return new QueuePosition(Integer.parseInt(form.group(1)), Instant.parse(form.group(2)), form.group(3));
            } catch (DateTimeException _) {
                // Refused below, like every other text.
            }
        }
        throw ProblemException.badRequest(
                "INVALID_REQUEST", "`after` must be the position that the page before has named.");
    }

    @Override
    public String toString() {
        return urgency + "_" + expiresAt + "_" + id;
    }
}
