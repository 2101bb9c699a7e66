package dev.sallyport.cli.fleet;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The query of a request: names and their values. */
public final class Query {
    private final StringBuilder text = new StringBuilder();

    /** Adds a value; null leaves it out. */
    public Query with(String name, @Nullable Object value) {
        if (value != null) {
            text.append(text.isEmpty() ? '?' : '&')
                    .append(encoded(name))
                    .append('=')
                    .append(encoded(value.toString()));
        }
        return this;
    }

    /** The query with its question mark, percent-encoded; empty if nothing was added. */
    @Override
    public String toString() {
        return text.toString();
    }

    /** A path segment or a value, percent-encoded. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
