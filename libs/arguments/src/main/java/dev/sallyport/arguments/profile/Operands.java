package dev.sallyport.arguments.profile;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a program takes besides options.
 *
 * @param first those at the beginning, in their order; absent means none
 * @param rest all others; null means that there are none
 * @param last the one at the end; null means that it is like the rest
 */
record Operands(
        List<Operand> first,
        @Nullable Operand rest,
        @Nullable Operand last) {
    /** None at all. */
    static final Operands NONE = new Operands(List.of(), null, null);

    Operands {
        first = first == null ? List.of() : List.copyOf(first);
    }

    /**
     * One operand.
     *
     * @param matches what it must match as a whole; null means that anything is known
     */
    record Operand(Kind kind, @Nullable Pattern matches) {}

    /** Without those of these kinds, which an option replaced. */
    Operands without(List<Kind> kinds) {
        return new Operands(
                first.stream().filter(each -> !kinds.contains(each.kind())).toList(),
                rest,
                last == null || kinds.contains(last.kind()) ? null : last);
    }

    /** The one in this place, counted from 0, of so many; null where the program takes none. */
    @Nullable
    Operand at(int place, int count) {
        if (place < first.size()) {
            return first.get(place);
        }
        return last != null && place == count - 1 ? last : rest;
    }
}
