package dev.sallyport.skillrunner;

import dev.sallyport.statements.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Random bytes from a seed: the SHA-256 of the seed and a number that rises with each block of 32 bytes. */
final class RandomBytes {
    private final byte[] seed;
    private long blocks;

    RandomBytes(Digest seed) {
        this.seed = seed.bytes();
    }

    byte[] next(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        MessageDigest sha256 = Digest.sha256();
        while (bytes.hasRemaining()) {
            sha256.update(seed);
            byte[] block = sha256.digest(
                    ByteBuffer.allocate(Long.BYTES).putLong(blocks++).array());
            bytes.put(block, 0, Math.min(block.length, bytes.remaining()));
        }
        return bytes.array();
    }
}
