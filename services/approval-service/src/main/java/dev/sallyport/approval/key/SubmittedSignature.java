package dev.sallyport.approval.key;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signature over an answer as it comes in.
 *
 * @param credentialId which passkey signed, base64url; null for a device
 * @param authenticatorData what the passkey says about itself, base64url; null for a device
 * @param clientData what the browser says it was asked to sign, base64url; null for a device
 * @param value the signature, base64url
 * @param certificates the device's certificate and its chain up to, without, the root; base64 of DER; null for a passkey
 */
public record SubmittedSignature(
        @Nullable String credentialId,
        @Nullable String authenticatorData,
        @Nullable String clientData,
        String value,
        @Nullable List<String> certificates) {
    /** Copies the list. */
    public SubmittedSignature {
        certificates = certificates == null ? null : List.copyOf(certificates);
    }
}
