package dev.sallyport.approval.record.column;

import dev.sallyport.statements.vocabulary.Assurance;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class AssuranceColumn extends WireNameColumn<Assurance> {
    AssuranceColumn() {
        super(Assurance.class);
    }
}
