package dev.sallyport.approval.record.column;

import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.approver.AnswerSignature;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A signature as its statement has it, in canonical JSON. */
@Converter(autoApply = true)
@Immutable
final class AnswerSignatureColumn implements AttributeConverter<AnswerSignature, byte[]> {
    @Override
    public byte @Nullable [] convertToDatabaseColumn(@Nullable AnswerSignature signature) {
        return signature == null ? null : StatementJson.canonical(signature);
    }

    @Override
    public @Nullable AnswerSignature convertToEntityAttribute(byte @Nullable [] stored) {
        return stored == null ? null : StatementJson.STRICT.readValue(stored, AnswerSignature.class);
    }
}
