package dev.sallyport.approval.record.column;

import dev.sallyport.statements.vocabulary.ApprovalScope;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class ApprovalScopeColumn extends WireNameColumn<ApprovalScope> {
    ApprovalScopeColumn() {
        super(ApprovalScope.class);
    }
}
