package dev.sallyport.approval.record.column;

import dev.sallyport.statements.vocabulary.ApproverRole;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class ApproverRoleColumn extends WireNameColumn<ApproverRole> {
    ApproverRoleColumn() {
        super(ApproverRole.class);
    }
}
