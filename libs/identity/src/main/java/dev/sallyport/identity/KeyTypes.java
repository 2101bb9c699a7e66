package dev.sallyport.identity;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;

/** The two kinds of key that this fleet knows: P-256 for TLS, Ed25519 for statements. */
public final class KeyTypes {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int P256_BITS = 256;

    private KeyTypes() {}

    /** A fresh P-256 pair, for TLS. */
    public static KeyPair newTlsPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    /** A fresh Ed25519 pair, for statements. */
    public static KeyPair newSigningPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
        }
    }

    /** Whether this is a P-256 key. */
    public static boolean isTls(PublicKey key) {
        return key instanceof ECPublicKey ec && isP256(ec.getParams());
    }

    /** Whether this is an Ed25519 key. */
    public static boolean isSigning(PublicKey key) {
        return key instanceof EdECPublicKey ed && ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName());
    }

    /** The name of the signature that this key makes; {@link IdentityException.Malformed} for any other kind of key. */
    public static String signatureOf(PublicKey key) {
        if (isTls(key)) {
            return "SHA256withECDSA";
        }
        if (isSigning(key)) {
            return "Ed25519";
        }
        throw new IdentityException.Malformed("a key is P-256 or Ed25519");
    }

    /** Whether the two belong together, found out by signing and verifying a random challenge. */
    public static boolean match(PrivateKey secret, PublicKey key) {
        byte[] challenge = new byte[32];
        RANDOM.nextBytes(challenge);
        try {
            String algorithm = signatureOf(key);
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(secret);
            signer.update(challenge);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            verifier.update(challenge);
            return verifier.verify(signature);
        } catch (InvalidKeyException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing a challenge failed", e);
        }
    }

    /**
     * The P-256 or Ed25519 key that is encoded so. By the JDK alone: a command that only needs its key should not have to
     * load a library for it.
     *
     * @throws InvalidKeySpecException for any other key, and for what is none
     */
    static PrivateKey privateKey(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
        try {
            if (KeyFactory.getInstance("EC").generatePrivate(encoded) instanceof ECPrivateKey key
                    && isP256(key.getParams())) {
                return key;
            }
        } catch (InvalidKeySpecException _) {
            return KeyFactory.getInstance("Ed25519").generatePrivate(encoded);
        }
        throw new InvalidKeySpecException("neither P-256 nor Ed25519");
    }

    private static boolean isP256(ECParameterSpec curve) {
        return curve.getCurve().getField().getFieldSize() == P256_BITS
                && curve.toString().contains("1.2.840.10045.3.1.7");
    }
}
