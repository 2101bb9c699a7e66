package dev.sallyport.approval.record.column;

import dev.sallyport.statements.vocabulary.CallOutcome;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class CallOutcomeColumn extends WireNameColumn<CallOutcome> {
    CallOutcomeColumn() {
        super(CallOutcome.class);
    }
}
