package dev.sallyport.arguments.profile;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An option of a program.
 *
 * @param names in full, with their dashes; all mean the same
 * @param values the kinds of its values, in their order; absent means that it takes none
 * @param optional whether its one value may be left out, and is given only within the same argument
 * @param matches what its values must match as a whole; null means that anything is known
 * @param effect what it makes the program do, whatever its values; null means nothing
 * @param replaces the kind of operand that the program does not take beside it; null means none
 * @param refused whether the call is refused, whoever asks for it: it does what its arguments do not show, and the
 *     program has a plain way to do the same
 */
record Option(
        List<String> names,
        List<Kind> values,
        boolean optional,
        @Nullable Pattern matches,
        @Nullable Effect effect,
        @Nullable Kind replaces,
        boolean refused) {
    Option {
        names = List.copyOf(names);
        values = values == null ? List.of() : List.copyOf(values);
        if (names.isEmpty() || (optional && values.size() != 1)) {
            throw new IllegalArgumentException(names + " has no name, or not the one value that may be left out");
        }
    }

    /** The name that people know best: the longest one. */
    String name() {
        return names.stream().max(Comparator.comparingInt(String::length)).orElseThrow();
    }
}
