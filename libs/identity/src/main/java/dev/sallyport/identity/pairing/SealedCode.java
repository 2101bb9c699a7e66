package dev.sallyport.identity.pairing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;

/**
 * A pairing code on its way from vault-service to the operator's screen: sealed to a key that the operator's command
 * has just made (HPKE, RFC 9180: X25519, HKDF-SHA-256, AES-256-GCM). So no proxy, log or listener on the way reads the
 * code, wherever TLS ends.
 *
 * <p>It holds against those who only look on. Nothing vouches for the key: somebody who ends the operator's TLS and
 * changes what passes can put a key of his own in its place, read the code and seal it again. What holds against
 * him is TLS with certificates of the fleet on both sides.
 */
public final class SealedCode {
    private static final byte[] INFO = "sallyport pairing code".getBytes(StandardCharsets.US_ASCII);
    private static final int ENCAPSULATED = 32;

    private final HPKE hpke =
            new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    private final AsymmetricCipherKeyPair pair = hpke.generatePrivateKey();

    /** With a fresh key pair, for one code. */
    public SealedCode() {}

    /** The public key to send along when a window is opened, 32 bytes. */
    public byte[] publicKey() {
        return hpke.serializePublicKey(pair.getPublic());
    }

    /**
     * Seals a code for the holder of the private key.
     *
     * @param publicKey 32 bytes
     * @param windowId bound in, so that the code of one window is not taken for another's
     * @throws IllegalArgumentException when the key is no X25519 key
     */
    public static byte[] seal(byte[] publicKey, PairingCode code, String windowId) {
        HPKE hpke = new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
        byte[] plain = new String(code.secret()).getBytes(StandardCharsets.US_ASCII);
        try {
            if (publicKey.length != ENCAPSULATED) {
                throw new IllegalArgumentException("an X25519 key has 32 bytes");
            }
            byte[][] sealed =
                    hpke.seal(new X25519PublicKeyParameters(publicKey), INFO, bytes(windowId), plain, null, null, null);
            return ByteBuffer.allocate(sealed[0].length + sealed[1].length)
                    .put(sealed[1])
                    .put(sealed[0])
                    .array();
        } catch (InvalidCipherTextException | IllegalStateException e) {
            throw new IllegalArgumentException("no code can be sealed to this key", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /**
     * Opens a code sealed to {@link #publicKey}.
     *
     * @throws PairingRefusedException when it was sealed to another key or for another window, or changed
     */
    public PairingCode open(byte[] sealed, String windowId) {
        if (sealed.length < ENCAPSULATED) {
            throw new PairingRefusedException("the sealed code is cut short");
        }
        try {
            byte[] plain = hpke.open(
                    Arrays.copyOf(sealed, ENCAPSULATED),
                    pair,
                    INFO,
                    bytes(windowId),
                    Arrays.copyOfRange(sealed, ENCAPSULATED, sealed.length),
                    null,
                    null,
                    null);
            return PairingCode.tryParse(new String(plain, StandardCharsets.US_ASCII))
                    .orElseThrow(() -> new PairingRefusedException("what was sealed is no code"));
        } catch (InvalidCipherTextException | IllegalStateException | IllegalArgumentException e) {
            throw new PairingRefusedException("the sealed code does not open", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
