package dev.sallyport.servicekit.page;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for. A controller method declares it as a parameter.
 *
 * @param limit the most items, 1 to {@value #MAX_LIMIT}; {@value #DEFAULT_LIMIT} when the request names none
 * @param after the {@code next} of the page before; null for the first page
 */
public record PageRequest(int limit, @Nullable String after) {
    /** The most items of a page. */
    public static final int MAX_LIMIT = 200;
    /** The items of a page when the request names no limit. */
    public static final int DEFAULT_LIMIT = 50;

    /** Refuses a limit that is out of its range with {@link IllegalArgumentException}. */
    public PageRequest {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit is out of range");
        }
    }

    /** How many rows a query looks for, so that it shows whether a further page exists. */
    public int oneMore() {
        return limit + 1;
    }
}
