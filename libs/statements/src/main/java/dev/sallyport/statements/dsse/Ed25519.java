package dev.sallyport.statements.dsse;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * Ed25519 (RFC 8032). Bouncy Castle verifies, everywhere: libraries differ about keys and signatures with a component of
 * small order, and whoever verifies the ledger elsewhere must come to the fleet's own answer. AWS-LC signs where the JVM has
 * the Amazon Corretto Crypto Provider, which is twice as fast; a signature is the same bytes whoever makes it. Public keys of
 * small order, with which one signature fits many messages, are refused.
 */
public final class Ed25519 {
    private static final String NATIVE = "AmazonCorrettoCryptoProvider";
    private static final String ALGORITHM = "Ed25519";

    /** The provider keeps the message until it signs, and takes no longer one than 1 MiB. */
    private static final int MOST_NATIVE = 1 << 20;

    private static final int KEY_LENGTH = 32;
    private static final int SIGNATURE_LENGTH = 64;

    /** The prime of the field, 2^255 - 19. */
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    /** The y of the points whose order is 1, 2, 4 and 8, as keys have it without the sign of x, also where it is not reduced. */
    private static final List<byte[]> SMALL_ORDER = smallOrder();

    private Ed25519() {}

    /** Signs with a private key as the JDK or a PKCS#8 file gives it; {@link GeneralSecurityException} if it is no Ed25519 key. */
    public static byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
        Provider provider = Security.getProvider(NATIVE);
        return provider == null || message.length > MOST_NATIVE
                ? signInJava(key, message)
                : signNatively(provider, key, message);
    }

    private static byte[] signNatively(Provider provider, PrivateKey key, byte[] message)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ALGORITHM, provider);
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
    }

    private static byte[] signInJava(PrivateKey key, byte[] message) throws GeneralSecurityException {
        try {
            PrivateKeyInfo pkcs8 = PrivateKeyInfo.getInstance(key.getEncoded());
            if (PrivateKeyFactory.createKey(pkcs8) instanceof Ed25519PrivateKeyParameters parameters) {
                Ed25519Signer signer = new Ed25519Signer();
                signer.init(true, parameters);
                signer.update(message, 0, message.length);
                return signer.generateSignature();
            }
        } catch (java.io.IOException | IllegalArgumentException e) {
            throw new GeneralSecurityException("not an Ed25519 private key", e);
        }
        throw new GeneralSecurityException("not an Ed25519 private key");
    }

    /** Whether this is the key's signature of the message; false also for a key or signature of another kind. */
    public static boolean verify(PublicKey key, byte[] message, byte[] signature) {
        byte[] raw = rawPublicKey(key);
        if (raw.length != KEY_LENGTH || signature.length != SIGNATURE_LENGTH || isOfSmallOrder(raw)) {
            return false;
        }
        return verifyInJava(raw, message, signature);
    }

    /** Whether this is the signature of the message by the key of these 32 bytes. */
    public static boolean verifyRaw(byte[] publicKey, byte[] message, byte[] signature) {
        return publicKey.length == KEY_LENGTH
                && signature.length == SIGNATURE_LENGTH
                && !isOfSmallOrder(publicKey)
                && verifyInJava(publicKey, message, signature);
    }

    private static boolean verifyInJava(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            Ed25519Signer verifier = new Ed25519Signer();
            verifier.init(false, new Ed25519PublicKeyParameters(publicKey));
            verifier.update(message, 0, message.length);
            return verifier.verifySignature(signature);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The 32 bytes of an Ed25519 public key; empty for a key of another kind. */
    public static byte[] rawPublicKey(PublicKey key) {
        try {
            SubjectPublicKeyInfo spki = SubjectPublicKeyInfo.getInstance(key.getEncoded());
            if (spki.getAlgorithm().getAlgorithm().equals(EdECObjectIdentifiers.id_Ed25519)) {
                byte[] bits = spki.getPublicKeyData().getOctets();
                return Arrays.copyOf(bits, bits.length);
            }
            return new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static boolean isOfSmallOrder(byte[] publicKey) {
        byte[] y = publicKey.clone();
        y[KEY_LENGTH - 1] &= 0x7f;
        return SMALL_ORDER.stream().anyMatch(small -> Arrays.equals(small, y));
    }

    /**
     * On the curve -x² + y² = 1 + dx²y², a point of order 1 or 2 has y = ±1, one of order 4 has y = 0, and one of order 8 has
     * x² = -y² (its double has y = 0), so that dy⁴ + 2y² - 1 = 0.
     */
    private static List<byte[]> smallOrder() {
        BigInteger d = BigInteger.valueOf(-121665)
                .multiply(BigInteger.valueOf(121666).modInverse(P))
                .mod(P);
        BigInteger root = squareRoot(d.add(BigInteger.ONE));
        Stream<BigInteger> ofOrderEight = Stream.of(root, root.negate())
                .map(each ->
                        each.subtract(BigInteger.ONE).multiply(d.modInverse(P)).mod(P))
                .filter(Ed25519::isSquare)
                .map(Ed25519::squareRoot)
                .flatMap(y -> Stream.of(y, P.subtract(y)));
        return Stream.concat(
                        Stream.of(
                                BigInteger.ZERO, BigInteger.ONE, P.subtract(BigInteger.ONE), P, P.add(BigInteger.ONE)),
                        ofOrderEight)
                .map(Ed25519::littleEndian)
                .toList();
    }

    private static boolean isSquare(BigInteger value) {
        return value.modPow(P.subtract(BigInteger.ONE).shiftRight(1), P).equals(BigInteger.ONE);
    }

    /** Of a square, where p = 5 modulo 8 (RFC 8032, section 5.1.3). */
    private static BigInteger squareRoot(BigInteger value) {
        BigInteger candidate = value.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (candidate.multiply(candidate).mod(P).equals(value.mod(P))) {
            return candidate;
        }
        BigInteger rootOfMinusOne =
                BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);
        return candidate.multiply(rootOfMinusOne).mod(P);
    }

    private static byte[] littleEndian(BigInteger value) {
        byte[] bytes = new byte[KEY_LENGTH];
        for (int i = 0; i < KEY_LENGTH; i++) {
            bytes[i] = value.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }
}
