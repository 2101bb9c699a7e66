package dev.sallyport.pages;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times as pages show them. */
public final class PageTime {
    private static final DateTimeFormatter WORDS = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private PageTime() {}

    /** The time in words; empty for none. */
    public static String inWords(@Nullable Instant instant) {
        return instant == null ? "" : WORDS.format(instant);
    }
}
