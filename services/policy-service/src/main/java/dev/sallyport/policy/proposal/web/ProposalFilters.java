package dev.sallyport.policy.proposal.web;

import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.ProposalQueries.Filter;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Which calls to list, as the query of an address says it. A value that no call can have is refused: an empty list would
 * say that there is nothing.
 *
 * @param sessionId of this session
 * @param runId of this run
 * @param tool of this tool
 * @param phase in this phase
 * @param outcome ended so
 * @param from a date or a moment
 * @param to a date, which is included, or a moment, which is not
 */
record ProposalFilters(
        @Nullable String sessionId,
        @Nullable String runId,
        @Nullable String tool,
        @Nullable String phase,
        @Nullable String outcome,
        @Nullable String from,
        @Nullable String to) {
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final Pattern TOOL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Instant BEGINNING = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2200-01-01T00:00:00Z");

    /**
     * The filter.
     *
     * @throws ProblemException 400 that names the parameter and what it accepts
     */
    Filter filter() {
        return new Filter(
                matching("session_id", sessionId, ID, "1 to 128 printable ASCII characters, no spaces"),
                matching("run_id", runId, ID, "1 to 128 printable ASCII characters, no spaces"),
                matching("tool", tool, TOOL, "a tool's name, such as `process.run`"),
                word("phase", phase, Phase.class),
                word("outcome", outcome, CallOutcome.class),
                from == null || from.isBlank() ? BEGINNING : moment("from", from.strip(), 0),
                to == null || to.isBlank() ? END : moment("to", to.strip(), 1));
    }

    private static @Nullable String matching(String field, @Nullable String value, Pattern form, String accepted) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (!form.matcher(value).matches()) {
            throw invalid(field, "`" + field + "` must be " + accepted + ".");
        }
        return value;
    }

    private static <E extends Enum<E> & WireName> @Nullable E word(
            String field, @Nullable String value, Class<E> vocabulary) {
        return value == null || value.isEmpty()
                ? null
                : WireName.find(vocabulary, value)
                        .orElseThrow(() -> invalid(
                                field,
                                "`" + field + "` must be one of "
                                        + Arrays.stream(vocabulary.getEnumConstants())
                                                .map(word -> "`" + word.wire() + "`")
                                                .collect(Collectors.joining(", "))
                                        + "."));
    }

    /** A moment as it is, and a date as the beginning of that day, or of as many days later, in UTC. */
    private static Instant moment(String field, String text, int daysLater) {
        try {
            Instant moment = text.length() == "2026-01-31".length()
                    ? LocalDate.parse(text)
                            .plusDays(daysLater)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                    : OffsetDateTime.parse(text).toInstant();
            if (!moment.isBefore(BEGINNING) && !moment.isAfter(END)) {
                return moment;
            }
        } catch (DateTimeException _) {
            // Refused below, like a moment that is out of range.
        }
        throw invalid(
                field,
                "`" + field + "` must be a date such as `2026-01-31`, which counts in UTC, or a moment such as"
                        + " `2026-01-31T12:00:00Z`.");
    }

    private static ProblemException invalid(String field, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", detail, field, detail);
    }
}
