package dev.sallyport.approval.record.column;

import dev.sallyport.approval.record.answer.Credential.Method;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class MethodColumn extends WireNameColumn<Method> {
    MethodColumn() {
        super(Method.class);
    }
}
