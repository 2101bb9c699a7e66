package dev.sallyport.identity.pairing;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Random bytes that follow from a secret seed and from nothing else (HMAC-SHA-256 over a counter). With it a side of a
 * pairing can be built again from what the database keeps: by another replica, or after a restart.
 *
 * <p>It gives the same bytes each time. So nobody may use it for two different messages of one round: before a round
 * that answers somebody else's message, {@link #absorb} makes everything after it depend on that message.
 */
final class SeededRandom extends SecureRandom {
    private static final String HMAC = "HmacSHA256";

    private byte[] key;
    private long counter;

    SeededRandom(byte[] seed) {
        super(null, null);
        key = seed.clone();
    }

    /** Makes all further bytes depend on these as well. */
    synchronized void absorb(byte[] bytes) {
        key = hmac(key, bytes);
        counter = 0;
    }

    @Override
    public synchronized void nextBytes(byte[] bytes) {
        int filled = 0;
        while (filled < bytes.length) {
            byte[] block =
                    hmac(key, ByteBuffer.allocate(Long.BYTES).putLong(counter++).array());
            int length = Math.min(block.length, bytes.length - filled);
            System.arraycopy(block, 0, bytes, filled, length);
            filled += length;
        }
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
