package dev.sallyport.attestation.index.web;

import dev.sallyport.attestation.index.StatementQuery;
import dev.sallyport.attestation.index.StatementQuery.Field;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.servicekit.problem.ProblemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.WebRequest;

/**
 * What a request for entries asks. Whatever no entry can have is refused: an empty answer means that the log holds no
 * such entry, never that a word was misunderstood.
 */
final class EntryQuestion {
    private static final List<String> ACCEPTED = Stream.concat(
                    Arrays.stream(Field.values()).map(Field::parameter), Stream.of("from", "to", "limit", "after"))
            .toList();

    private final Map<Field, String> equal = new EnumMap<>(Field.class);
    private @Nullable Instant from;
    private @Nullable Instant to;

    /** Begins a question; refuses a parameter that entries are not asked by, and one that is given twice. */
    static EntryQuestion in(WebRequest request) {
        request.getParameterMap().forEach((name, values) -> {
            if (!ACCEPTED.contains(name)) {
                throw refused(name, "Entries are not asked by `" + name + "`, but by " + listed(ACCEPTED) + ".");
            }
            if (values.length > 1) {
                throw refused(name, "`" + name + "` is asked for once, not " + values.length + " times.");
            }
        });
        return new EntryQuestion();
    }

    /** Asks for entries with this value; null asks for nothing. */
    EntryQuestion with(Field field, @Nullable String value) {
        if (value != null) {
            equal.put(field, FieldValue.read(field, value));
        }
        return this;
    }

    /** Asks for entries issued from the one time to before the other; a day as the end is part of the time asked for. */
    EntryQuestion between(@Nullable String begin, @Nullable String end) {
        from = begin == null ? null : TimeBound.first("from", begin);
        to = end == null ? null : TimeBound.behind("to", end);
        if (from != null && to != null && !from.isBefore(to)) {
            throw refused("to", "`to` must be later than `from`.");
        }
        return this;
    }

    /** The question; refused where no statement can have all that is asked for. */
    StatementQuery query(PageRequest asked) {
        verifyPossible();
        return new StatementQuery(equal, from, to, after(asked));
    }

    private void verifyPossible() {
        Set<StatementKind> left = EnumSet.allOf(StatementKind.class);
        List<Field> before = new ArrayList<>();
        equal.forEach((field, value) -> {
            Set<StatementKind> having = StatementKind.having(field, value);
            left.retainAll(having);
            if (left.isEmpty()) {
                Field other = before.stream()
                        .filter(earlier -> disjoint(having, earlier))
                        .findFirst()
                        .orElse(before.getLast());
                throw impossible(field, other);
            }
            before.add(field);
        });
    }

    private boolean disjoint(Set<StatementKind> kinds, Field other) {
        return kinds.stream().noneMatch(kindsOf(other)::contains);
    }

    private Set<StatementKind> kindsOf(Field field) {
        return StatementKind.having(field, String.valueOf(equal.get(field)));
    }

    private ProblemException impossible(Field field, Field other) {
        return refused(
                field.parameter(),
                "No statement has both: " + described(other) + ", and " + described(field)
                        + ". Ask for one of them, and then by `proposal_id` for the rest of a call.");
    }

    private String described(Field field) {
        List<String> kinds =
                kindsOf(field).stream().map(StatementKind::describedAs).toList();
        return "`" + field.parameter() + "=" + equal.get(field) + "` is said by " + listed(kinds);
    }

    private static long after(PageRequest asked) {
        try {
            return asked.after() == null ? -1 : Long.parseLong(asked.after());
        } catch (NumberFormatException _) {
            throw refused("after", "`after` must be the `next` of an earlier page.");
        }
    }

    /** Words as a list in a sentence. */
    static String listed(List<String> words) {
        return words.size() == 1
                ? words.getFirst()
                : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }

    /** 400 about one parameter. */
    static ProblemException refused(String field, String detail) {
        return new ProblemException(HttpStatus.BAD_REQUEST, "INVALID_REQUEST", detail, field, detail);
    }
}
