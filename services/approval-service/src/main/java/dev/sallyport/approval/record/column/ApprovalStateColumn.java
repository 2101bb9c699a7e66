package dev.sallyport.approval.record.column;

import dev.sallyport.approval.record.ApprovalState;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class ApprovalStateColumn extends WireNameColumn<ApprovalState> {
    ApprovalStateColumn() {
        super(ApprovalState.class);
    }
}
