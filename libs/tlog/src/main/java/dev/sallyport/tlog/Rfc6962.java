package dev.sallyport.tlog;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hashes of RFC 6962, section 2.1. Leaves and nodes are hashed with different first bytes, so that no node can pass
 * for a leaf.
 */
public final class Rfc6962 {
    private static final byte LEAF = 0x00;
    private static final byte NODE = 0x01;

    private Rfc6962() {}

    /** The hash of a leaf with this entry. */
    public static TreeHash leaf(byte[] entry) {
        MessageDigest digest = sha256();
        digest.update(LEAF);
        digest.update(entry);
        return TreeHash.owning(digest.digest());
    }

    /** The hash of a node over its two children. */
    public static TreeHash node(TreeHash left, TreeHash right) {
        MessageDigest digest = sha256();
        digest.update(NODE);
        left.feed(digest);
        right.feed(digest);
        return TreeHash.owning(digest.digest());
    }

    /** The root of the tree without leaves: SHA-256 of nothing. */
    public static TreeHash emptyRoot() {
        return TreeHash.owning(sha256().digest());
    }

    /** The hash over {@code count} (a power of two) neighbouring hashes of a tile. */
    static TreeHash perfect(byte[] tile, int from, int count) {
        if (count == 1) {
            return TreeHash.at(tile, from);
        }
        int half = count / 2;
        return node(perfect(tile, from, half), perfect(tile, from + half, half));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
