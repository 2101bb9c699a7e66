package dev.sallyport.statements.approver;

import dev.sallyport.statements.Digest;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signatures over answers with the key of a device's certificate: ECDSA on P-256 with SHA-256, as those certificates are. */
public final class DeviceSignature {
    private static final String ALGORITHM = "SHA256withECDSA";

    private DeviceSignature() {}

    /**
     * Signs.
     *
     * @param certificates the key's certificate and its chain, base64 of DER
     * @throws GeneralSecurityException when the key is of another kind
     */
    public static AnswerSignature sign(
            SignedAnswer answer,
            PrivateKey key,
            PublicKey publicKey,
            List<String> certificates,
            @Nullable Digest pattern)
            throws GeneralSecurityException {
        Signature signing = Signature.getInstance(ALGORITHM);
        signing.initSign(key);
        signing.update(answer.bytes());
        return new AnswerSignature(
                Digest.of(publicKey.getEncoded()),
                Base64.getUrlEncoder().withoutPadding().encodeToString(signing.sign()),
                null,
                null,
                certificates,
                pattern);
    }

    /** Whether it is this key's signature over this answer. */
    public static boolean verifies(AnswerSignature signature, SignedAnswer answer, PublicKey key) {
        try {
            if (!Digest.of(key.getEncoded()).equals(signature.key())) {
                return false;
            }
            Signature verification = Signature.getInstance(ALGORITHM);
            verification.initVerify(key);
            verification.update(answer.bytes());
            return verification.verify(Base64.getUrlDecoder().decode(signature.value()));
        } catch (GeneralSecurityException | RuntimeException _) {
            // What the JDK's verification throws at hostile bytes is not declared.
            return false;
        }
    }
}
