package dev.sallyport.approval.record.column;

import dev.sallyport.statements.ProposalId;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A proposal's id as its ULID. */
@Converter(autoApply = true)
@Immutable
final class ProposalIdColumn implements AttributeConverter<ProposalId, String> {
    @Override
    public @Nullable String convertToDatabaseColumn(@Nullable ProposalId id) {
        return id == null ? null : id.ulid();
    }

    @Override
    public @Nullable ProposalId convertToEntityAttribute(@Nullable String stored) {
        return stored == null ? null : new ProposalId(stored);
    }
}
