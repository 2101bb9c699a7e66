package dev.sallyport.approval.record.column;

import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.record.StatementRecord;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A signed record in its one encoding. What is stored was verified before; reading it checks its form only. */
@Converter(autoApply = true)
@Immutable
final class StatementRecordColumn implements AttributeConverter<StatementRecord, byte[]> {
    @Override
    public byte @Nullable [] convertToDatabaseColumn(@Nullable StatementRecord record) {
        return record == null ? null : record.encode();
    }

    @Override
    public @Nullable StatementRecord convertToEntityAttribute(byte @Nullable [] stored) {
        try {
            return stored == null ? null : StatementRecord.parse(stored);
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("the record was stored as it had been verified", e);
        }
    }
}
