package dev.sallyport.statements.approver;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A passkey of a person, as its enrolment states it.
 *
 * @param key SHA-256 of the key's SubjectPublicKeyInfo
 * @param principal whose it is, for example {@code person:ada}
 * @param rpId the host name that it was made for (WebAuthn's relying party id); it signs for pages of no other
 * @param publicKey SubjectPublicKeyInfo, base64 of DER
 */
public record ApproverKey(Digest key, String principal, String rpId, String publicKey) {
    private static final int LEAST_RSA_BITS = 2048;

    /** The key of a person. */
    public static ApproverKey of(String principal, String rpId, PublicKey publicKey) {
        byte[] encoded = publicKey.getEncoded();
        return new ApproverKey(
                Digest.of(encoded), principal, rpId, Base64.getEncoder().encodeToString(encoded));
    }

    /** What statements about a key of a workspace's person are about. */
    public static Subject subject(@Nullable String workspaceId, Digest key) {
        return Subject.named("approver-key:" + workspaceId + ":" + key.hex());
    }

    /** The kinds of keys that people may have, each with the algorithm that it signs with. */
    enum Algorithm {
        /** ECDSA with SHA-256 on P-256: COSE's ES256. */
        ES256("EC", "SHA256withECDSA"),
        /** Ed25519: COSE's EdDSA. */
        ED25519("Ed25519", "Ed25519"),
        /** RSA of PKCS #1 v1.5 with SHA-256: COSE's RS256. */
        RS256("RSA", "SHA256withRSA");

        private final String family;
        private final String signature;

        Algorithm(String family, String signature) {
            this.family = family;
            this.signature = signature;
        }

        /** The JDK's name of the signature. */
        String signature() {
            return signature;
        }

        private boolean fits(PublicKey key) throws GeneralSecurityException {
            return switch (this) {
                case ES256 -> key instanceof ECPublicKey ec && isP256(ec.getParams());
                case ED25519 -> key instanceof EdECPublicKey;
                case RS256 ->
                    key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= LEAST_RSA_BITS;
            };
        }
    }

    private static boolean isP256(ECParameterSpec of) throws GeneralSecurityException {
        AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
        named.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec p256 = named.getParameterSpec(ECParameterSpec.class);
        return of.getCurve().equals(p256.getCurve())
                && of.getGenerator().equals(p256.getGenerator())
                && of.getOrder().equals(p256.getOrder());
    }

    /** A key that can be used, with its algorithm. */
    record Usable(PublicKey publicKey, Algorithm algorithm) {}

    /** The key itself; {@link GeneralSecurityException} says why it is none that a person may have. */
    Usable usable() throws GeneralSecurityException {
        byte[] encoded;
        try {
            encoded = Base64.getDecoder().decode(publicKey);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the key is not base64", e);
        }
        if (!Digest.of(encoded).equals(key)) {
            throw new GeneralSecurityException("the key does not have the digest that it is named by");
        }
        return usable(encoded);
    }

    private static Usable usable(byte[] encoded) throws GeneralSecurityException {
        for (Algorithm algorithm : Algorithm.values()) {
            PublicKey found;
            try {
                found = KeyFactory.getInstance(algorithm.family).generatePublic(new X509EncodedKeySpec(encoded));
            } catch (GeneralSecurityException | RuntimeException _) {
                // Of another family. What the JDK's parser throws at hostile bytes is not declared.
                continue;
            }
            if (algorithm.fits(found) && Arrays.equals(found.getEncoded(), encoded)) {
                return new Usable(found, algorithm);
            }
        }
        throw new GeneralSecurityException("it is no key on P-256, of Ed25519, or of RSA with 2048 bits or more");
    }

    /** Whether it is a key that a person may have. */
    @JsonIgnore
    public boolean isUsable() {
        try {
            usable();
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
