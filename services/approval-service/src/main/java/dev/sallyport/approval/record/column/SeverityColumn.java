package dev.sallyport.approval.record.column;

import dev.sallyport.statements.vocabulary.Severity;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class SeverityColumn extends WireNameColumn<Severity> {
    SeverityColumn() {
        super(Severity.class);
    }
}
