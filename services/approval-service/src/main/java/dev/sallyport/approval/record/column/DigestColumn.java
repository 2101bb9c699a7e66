package dev.sallyport.approval.record.column;

import dev.sallyport.statements.Digest;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A digest as its 32 bytes. */
@Converter(autoApply = true)
@Immutable
final class DigestColumn implements AttributeConverter<Digest, byte[]> {
    @Override
    public byte @Nullable [] convertToDatabaseColumn(@Nullable Digest digest) {
        return digest == null ? null : digest.bytes();
    }

    @Override
    public @Nullable Digest convertToEntityAttribute(byte @Nullable [] stored) {
        return stored == null ? null : Digest.ofRaw(stored);
    }
}
