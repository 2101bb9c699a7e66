package dev.sallyport.approval.record.column;

import dev.sallyport.statements.predicate.ApprovalResolved;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class VerdictColumn extends WireNameColumn<ApprovalResolved.Answer> {
    VerdictColumn() {
        super(ApprovalResolved.Answer.class);
    }
}
