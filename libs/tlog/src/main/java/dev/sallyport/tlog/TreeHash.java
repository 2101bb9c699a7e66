package dev.sallyport.tlog;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A SHA-256 hash of a leaf, a node or a whole tree: 32 bytes, immutable. */
public final class TreeHash {
    /** The length of a hash in bytes. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    private TreeHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of these 32 bytes; {@link IllegalArgumentException} for any other length. */
    public static TreeHash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a tree hash has " + BYTES + " bytes, not " + bytes.length);
        }
        return new TreeHash(bytes.clone());
    }

    /** The hash number {@code position} in a tile's bytes. */
    static TreeHash at(byte[] tile, int position) {
        return new TreeHash(Arrays.copyOfRange(tile, position * BYTES, (position + 1) * BYTES));
    }

    /** Takes the array as it is; for digests that nobody else holds. */
    static TreeHash owning(byte[] digest) {
        return new TreeHash(digest);
    }

    /** A copy of the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    void feed(MessageDigest digest) {
        digest.update(bytes);
    }

    void copyTo(byte[] tile, int position) {
        System.arraycopy(bytes, 0, tile, position * BYTES, BYTES);
    }

    /** Standard base64 with padding, as in checkpoints and proofs. */
    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Lower-case hexadecimal. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TreeHash that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
