package dev.sallyport.approval.record.column;

import dev.sallyport.approval.record.answer.Credential.Authenticator;
import jakarta.persistence.Converter;

@Converter(autoApply = true)
final class AuthenticatorColumn extends WireNameColumn<Authenticator> {
    AuthenticatorColumn() {
        super(Authenticator.class);
    }
}
