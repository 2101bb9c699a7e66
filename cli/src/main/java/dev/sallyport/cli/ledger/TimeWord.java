package dev.sallyport.cli.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A time as people say it, in the words of the ledger: {@code yesterday} becomes a day, {@code 24h} an instant. */
final class TimeWord {
    private static final Pattern AGO = Pattern.compile("([0-9]{1,5})(m|h|d)");

    private TimeWord() {}

    /** The day or the instant; what is neither such a word nor null stays as it is, for the ledger to judge. */
    static @Nullable String read(@Nullable String text, Clock clock) {
        if (text == null) {
            return null;
        }
        return switch (text) {
            case "today" -> today(clock).toString();
            case "yesterday" -> today(clock).minusDays(1).toString();
            default -> ago(text, clock);
        };
    }

    private static LocalDate today(Clock clock) {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static String ago(String text, Clock clock) {
        Matcher matcher = AGO.matcher(text);
        if (!matcher.matches()) {
            return text;
        }
        long number = Long.parseLong(matcher.group(1));
        Duration before = switch (matcher.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case null, default -> Duration.ofDays(number);
        };
        return clock.instant().minus(before).truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
