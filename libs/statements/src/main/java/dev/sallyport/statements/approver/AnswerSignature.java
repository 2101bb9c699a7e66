package dev.sallyport.statements.approver;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.sallyport.statements.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's own signature over their answer: by a passkey, which signs in the way of WebAuthn, or by the key of their
 * device's certificate, which signs the answer's bytes themselves.
 *
 * @param key SHA-256 of the key's SubjectPublicKeyInfo
 * @param value the signature, base64url without padding
 * @param authenticatorData what a passkey says about itself (WebAuthn, section 6.1), base64url; null for a device
 * @param clientData what the browser says it was asked to sign (WebAuthn, section 5.8.1), base64url; null for a device
 * @param certificates the device's certificate and its chain up to, without, the pinned TLS root, base64 of DER; null for a
 *     passkey
 * @param pattern SHA-256 of the pattern of further calls, which was signed too; null where no argument may differ
 */
public record AnswerSignature(
        Digest key,
        String value,
        @Nullable String authenticatorData,
        @Nullable String clientData,
        @Nullable List<String> certificates,
        @Nullable Digest pattern) {
    /** Copies the list; {@link IllegalArgumentException} unless it is either a passkey's or a device's. */
    public AnswerSignature {
        certificates = certificates == null ? null : List.copyOf(certificates);
        if ((authenticatorData == null) != (clientData == null)
                || (authenticatorData == null) == (certificates == null)) {
            throw new IllegalArgumentException("a signature is either a passkey's or a device's");
        }
    }

    /** Whether a passkey made it. */
    @JsonIgnore
    public boolean isByPasskey() {
        return certificates == null;
    }
}
