package dev.sallyport.bench.code;

import dev.sallyport.identity.protect.AesGcm;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The cryptography of a secret of 1 KiB: a fresh data key that a key of the ring wraps, and the value under it. The floor
 * is AES-256-GCM with one cipher that is kept, one key and a counter for the nonce.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
public class Envelopes {
    private static final byte[] CONTEXT = new byte[200];
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final byte[] value = new byte[1024];
    private final byte[] ring = AesGcm.randomKey();
    private final SecretKey raw = new SecretKeySpec(AesGcm.randomKey(), "AES");
    private long counter;

    @SuppressWarnings("NullAway.Init")
    private Cipher kept;

    @SuppressWarnings("NullAway.Init")
    private byte[] rawSealed;

    @SuppressWarnings("NullAway.Init")
    private byte[][] sealed;

    /** Seals once what is opened again and again. */
    @Setup(Level.Trial)
    public void seal() throws GeneralSecurityException {
        kept = Cipher.getInstance("AES/GCM/NoPadding");
        rawSealed = rawSeal();
        sealed = envelopeSeal();
    }

    /** The floor of sealing. */
    @Benchmark
    public byte[] rawSeal() throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE).putLong(counter++).array();
        kept.init(Cipher.ENCRYPT_MODE, raw, new GCMParameterSpec(TAG_BITS, nonce));
        kept.updateAAD(CONTEXT);
        byte[] all = Arrays.copyOf(nonce, NONCE + value.length + TAG_BITS / Byte.SIZE);
        kept.doFinal(value, 0, value.length, all, NONCE);
        return all;
    }

    /** The floor of opening. */
    @Benchmark
    public byte[] rawOpen() throws GeneralSecurityException {
        kept.init(Cipher.DECRYPT_MODE, raw, new GCMParameterSpec(TAG_BITS, rawSealed, 0, NONCE));
        kept.updateAAD(CONTEXT);
        return kept.doFinal(rawSealed, NONCE, rawSealed.length - NONCE);
    }

    /** The wrapped data key, and the value under it. */
    @Benchmark
    public byte[][] envelopeSeal() {
        byte[] key = AesGcm.randomKey();
        byte[][] both = {AesGcm.seal(ring, key, CONTEXT), AesGcm.seal(key, value, CONTEXT)};
        Arrays.fill(key, (byte) 0);
        return both;
    }

    /** Both opened again. */
    @Benchmark
    public byte[] envelopeOpen() {
        byte[] key = AesGcm.open(ring, sealed[0], CONTEXT);
        byte[] opened = AesGcm.open(key, sealed[1], CONTEXT);
        Arrays.fill(key, (byte) 0);
        return opened;
    }
}
