package dev.sallyport.approval.record.column;

import dev.sallyport.statements.record.Detail;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A detail as it travels: 32 random bytes, then its content. */
@Converter(autoApply = true)
@Immutable
final class DetailColumn implements AttributeConverter<Detail, byte[]> {
    @Override
    public byte @Nullable [] convertToDatabaseColumn(@Nullable Detail detail) {
        return detail == null ? null : detail.bytes();
    }

    @Override
    public @Nullable Detail convertToEntityAttribute(byte @Nullable [] stored) {
        return stored == null ? null : Detail.ofBytes(stored);
    }
}
