package dev.sallyport.statements;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** A constant of a closed vocabulary that crosses a boundary: its name in JSON is written down with it. */
public interface WireName {
    /** The name in statements, answers and annotations. */
    @JsonValue
    String wire();

    /** The constant of that name; empty when the vocabulary has none. */
    static <E extends Enum<E> & WireName> Optional<E> find(Class<E> vocabulary, String name) {
        return Arrays.stream(vocabulary.getEnumConstants())
                .filter(constant -> constant.wire().equals(name))
                .findFirst();
    }
}
