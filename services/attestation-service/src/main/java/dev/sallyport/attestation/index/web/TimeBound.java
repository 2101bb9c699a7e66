package dev.sallyport.attestation.index.web;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/** Reads an end of a time span: an RFC 3339 time, or a day, which is one of UTC. */
final class TimeBound {
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    /** What {@code java.time} reads beyond RFC 3339, such as years of nine digits, is not for the database. */
    private static final Pattern TIME = Pattern.compile("[0-9]{4}-.{1,40}");

    private TimeBound() {}

    /** The first instant: of a day its first. */
    static Instant first(String parameter, String text) {
        return DAY.matcher(text).matches() ? day(parameter, text, 0) : time(parameter, text);
    }

    /** The first instant that is behind the span: of a day the first of the next day. */
    static Instant behind(String parameter, String text) {
        return DAY.matcher(text).matches() ? day(parameter, text, 1) : time(parameter, text);
    }

    private static Instant day(String parameter, String text, int later) {
        try {
            return LocalDate.parse(text)
                    .plusDays(later)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        } catch (DateTimeException e) {
            throw refused(parameter);
        }
    }

    private static Instant time(String parameter, String text) {
        if (!TIME.matcher(text).matches()) {
            throw refused(parameter);
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw refused(parameter);
        }
    }

    private static RuntimeException refused(String parameter) {
        return EntryQuestion.refused(
                parameter,
                "`" + parameter + "` is a day like 2026-11-28, from its first to its last moment in UTC, or a time like"
                        + " 2026-11-28T14:30:00Z; a `+` in a time is written %2B.");
    }
}
