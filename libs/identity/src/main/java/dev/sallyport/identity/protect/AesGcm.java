package dev.sallyport.identity.protect;

import dev.sallyport.identity.IdentityException.SealBroken;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit nonce in front. One key seals at most 2^32 times.
 */
public final class AesGcm {
    /** What sealing adds, in bytes: nonce and tag. */
    public static final int OVERHEAD = 12 + 16;

    /** The length of a key in bytes. */
    public static final int KEY_BYTES = 32;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** To make a cipher costs more than to seal a kilobyte. One that has thrown is not used again. */
    private static final ArrayBlockingQueue<Cipher> IDLE = new ArrayBlockingQueue<>(16);

    private AesGcm() {}

    /** Lets go of the ciphers that are kept, each of which still has the key that it was used with last. */
    public static void forgetKeys() {
        IDLE.clear();
    }

    /** A fresh key; the caller zeroes it after use. */
    public static byte[] randomKey() {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        return key;
    }

    /** Nonce, ciphertext and tag of the plain bytes, bound to the context. */
    public static byte[] seal(byte[] key, byte[] plain, byte[] context) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, context);
            byte[] sealed = Arrays.copyOf(nonce, OVERHEAD + plain.length);
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
            IDLE.offer(cipher);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to seal", e);
        }
    }

    /**
     * The plain bytes; the caller zeroes them after use.
     *
     * @throws SealBroken when key, context or bytes are not those of {@link #seal}
     */
    public static byte[] open(byte[] key, byte[] sealed, byte[] context) {
        if (sealed.length < OVERHEAD) {
            throw new SealBroken("too short to have been sealed");
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, sealed, context);
            byte[] plain = cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
            IDLE.offer(cipher);
            return plain;
        } catch (AEADBadTagException _) {
            throw new SealBroken("sealed under another key or for another purpose, or changed since");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM failed to open", e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] context) throws GeneralSecurityException {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("an AES-256 key has 32 bytes");
        }
        Cipher idle = IDLE.poll();
        Cipher cipher = idle == null ? Cipher.getInstance("AES/GCM/NoPadding") : idle;
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce, 0, NONCE_BYTES));
        cipher.updateAAD(context);
        return cipher;
    }
}
