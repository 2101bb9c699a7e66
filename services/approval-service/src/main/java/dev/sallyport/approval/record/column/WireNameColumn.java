package dev.sallyport.approval.record.column;

import dev.sallyport.statements.WireName;
import jakarta.persistence.AttributeConverter;
import org.jspecify.annotations.Nullable;

/** A constant of a closed vocabulary, stored under its wire name. */
abstract class WireNameColumn<E extends Enum<E> & WireName> implements AttributeConverter<E, String> {
    private final Class<E> vocabulary;

    WireNameColumn(Class<E> vocabulary) {
        this.vocabulary = vocabulary;
    }

    @Override
    public final @Nullable String convertToDatabaseColumn(@Nullable E constant) {
        return constant == null ? null : constant.wire();
    }

    @Override
    public final @Nullable E convertToEntityAttribute(@Nullable String stored) {
        return stored == null
                ? null
                : WireName.find(vocabulary, stored)
                        .orElseThrow(() -> new IllegalStateException(
                                "the table holds " + stored + ", which is no " + vocabulary.getSimpleName()));
    }
}
