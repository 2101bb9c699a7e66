package dev.sallyport.statements.record;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.DetailRef;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * What may have to be forgotten: {@code 32 random bytes || content}. A statement carries only the SHA-256 of the whole and
 * the size of the content, so the digest tells nothing about a short content, and {@code sha256sum} checks a disclosed one.
 */
public final class Detail {
    /** Length of the random prefix in bytes. */
    public static final int SALT_BYTES = 32;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] bytes;

    private Detail(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A detail around this content with a fresh random prefix. */
    public static Detail of(byte[] content) {
        byte[] bytes = new byte[SALT_BYTES + content.length];
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        System.arraycopy(salt, 0, bytes, 0, SALT_BYTES);
        System.arraycopy(content, 0, bytes, SALT_BYTES, content.length);
        return new Detail(bytes);
    }

    /** A detail as it travels; {@link IllegalArgumentException} when shorter than its prefix. */
    public static Detail ofBytes(byte[] saltAndContent) {
        if (saltAndContent.length < SALT_BYTES) {
            throw new IllegalArgumentException("a detail starts with 32 random bytes");
        }
        return new Detail(saltAndContent.clone());
    }

    /** What a statement says of it. */
    public DetailRef ref() {
        return new DetailRef(digest(), bytes.length - SALT_BYTES);
    }

    /** SHA-256 of prefix and content. */
    public Digest digest() {
        return Digest.of(bytes);
    }

    /** The random prefix. */
    public byte[] salt() {
        return Arrays.copyOf(bytes, SALT_BYTES);
    }

    /** The content without the prefix. */
    public byte[] content() {
        return Arrays.copyOfRange(bytes, SALT_BYTES, bytes.length);
    }

    /** Prefix and content. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Length of prefix and content in bytes. */
    public int length() {
        return bytes.length;
    }
}
