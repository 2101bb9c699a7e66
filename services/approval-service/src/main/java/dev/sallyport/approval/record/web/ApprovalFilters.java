package dev.sallyport.approval.record.web;

import dev.sallyport.approval.record.ApprovalQuery;
import dev.sallyport.approval.record.ApprovalState;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.WireName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Which records to list, as the query of an address says it. A value that no record can have is refused: an empty list
 * would say that there is nothing.
 *
 * @param state one or several states with commas between
 * @param tool a tool's name
 * @param principal who asked
 * @param approver who answered
 * @param proposal the call's id
 * @param from a date or a moment
 * @param to a date, which is included, or a moment, which is not
 */
public record ApprovalFilters(
        @Nullable String state,
        @Nullable String tool,
        @Nullable String principal,
        @Nullable String approver,
        @Nullable String proposal,
        @Nullable String from,
        @Nullable String to) {
    private static final Pattern TOOL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern PRINCIPAL = Pattern.compile("(agent|person|service):\\S{1,200}");
    private static final Pattern PERSON = Pattern.compile("person:\\S{1,200}");

    /**
     * The query.
     *
     * @throws ProblemException 400 that names the filter and what it accepts
     */
    public ApprovalQuery query() {
        return new ApprovalQuery(
                states(text(state)),
                matching("tool", tool, TOOL, "a tool's name, such as `process.run`"),
                matching("principal", principal, PRINCIPAL, "who asked, such as `agent:demo` or `person:ada`"),
                matching("approver", approver, PERSON, "the person who answered, such as `person:ada`"),
                text(proposal).isEmpty() ? null : new ProposalId(text(proposal)),
                text(from).isEmpty() ? ApprovalQuery.BEGINNING : moment("from", text(from), 0),
                text(to).isEmpty() ? ApprovalQuery.END : moment("to", text(to), 1));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value.strip();
    }

    private static String matching(String field, @Nullable String value, Pattern form, String accepted) {
        String text = text(value);
        if (!text.isEmpty() && !form.matcher(text).matches()) {
            throw invalid(field, "`" + field + "` must be " + accepted + ".");
        }
        return text;
    }

    private static List<ApprovalState> states(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(ApprovalFilters::state).toList();
    }

    private static ApprovalState state(String name) {
        return WireName.find(ApprovalState.class, name)
                .orElseThrow(() -> invalid(
                        "state",
                        "`state` must be one or several of `pending`, `approved`, `denied`, `timed_out` and"
                                + " `cancelled`, with commas between."));
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
            if (!moment.isBefore(ApprovalQuery.BEGINNING) && !moment.isAfter(ApprovalQuery.END)) {
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
