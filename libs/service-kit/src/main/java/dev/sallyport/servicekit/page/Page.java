package dev.sallyport.servicekit.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items what was found, in the list's order
 * @param next the value of {@code after} that asks for the following page; null, and left out, on the last page
 */
public record Page<T>(
        List<T> items,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String next) {
    /** Copies the list. */
    public Page {
        items = List.copyOf(items);
    }

    /** A list that is answered whole. */
    public static <T> Page<T> whole(List<T> items) {
        return new Page<>(items, null);
    }

    /**
     * The page of a query that looked for one row more than it was asked for.
     *
     * @param found at most {@link PageRequest#oneMore} rows
     * @param position of a row: the {@code after} that asks for those behind it
     */
    public static <T> Page<T> of(List<T> found, PageRequest asked, Function<T, String> position) {
        if (found.size() <= asked.limit()) {
            return whole(found);
        }
        List<T> items = found.subList(0, asked.limit());
        return new Page<>(items, position.apply(items.getLast()));
    }

    /** The same page with each item in another form. */
    public <R> Page<R> map(Function<? super T, ? extends R> form) {
        return new Page<>(items.stream().<R>map(form).toList(), next);
    }
}
