package dev.sallyport.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A name and an Ed25519 public key that notes are verified with (c2sp.org/signed-note). Its text form, the {@code
 * vkey}, is {@code name+<key id in hex>+base64(0x01 || key)}.
 */
public final class VerifierKey {
    private static final byte ED25519 = 0x01;

    private final String name;
    private final byte[] publicKey;
    private final int keyId;

    private VerifierKey(String name, byte[] publicKey) {
        this.name = name;
        this.publicKey = publicKey;
        this.keyId = keyId(name, publicKey);
    }

    /**
     * The key of that name.
     *
     * @param publicKey 32 bytes (RFC 8032)
     * @throws TlogException.MalformedKey when the name has spaces or a plus sign, or the bytes are no public key
     */
    public static VerifierKey of(String name, byte[] publicKey) {
        if (!isName(name)) {
            throw new TlogException.MalformedKey("a key's name has no spaces and no plus sign");
        }
        if (publicKey.length != Ed25519.PUBLIC_KEY_SIZE || !Ed25519.validatePublicKeyPartial(publicKey, 0)) {
            throw new TlogException.MalformedKey("not an Ed25519 public key");
        }
        return new VerifierKey(name, publicKey.clone());
    }

    /** Reads a {@code vkey}; {@link TlogException.MalformedKey} also when its key id is not the one of its key. */
    public static VerifierKey parse(String vkey) {
        String[] parts = vkey.split("\\+", 3);
        byte[] key = parts.length == 3 ? StrictBase64.decode(parts[2]) : null;
        if (key == null || key.length != 1 + Ed25519.PUBLIC_KEY_SIZE || key[0] != ED25519) {
            throw new TlogException.MalformedKey("not the vkey of an Ed25519 key");
        }
        VerifierKey parsed = of(parts[0], Arrays.copyOfRange(key, 1, key.length));
        if (!parsed.toString().equals(vkey)) {
            throw new TlogException.MalformedKey("the vkey's key id is not the one of its key");
        }
        return parsed;
    }

    /** The name; a log's is the origin of its checkpoints. */
    public String name() {
        return name;
    }

    /** A copy of the 32 bytes of the public key. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** First four bytes of SHA-256 of name, newline, type and key, big-endian. */
    int keyId() {
        return keyId;
    }

    boolean verify(byte[] text, byte[] signature) {
        return signature.length == Ed25519.SIGNATURE_SIZE
                && Ed25519.verify(signature, 0, publicKey, 0, text, 0, text.length);
    }

    static boolean isName(String name) {
        return !name.isEmpty()
                && name.indexOf('+') < 0
                && name.codePoints()
                        .noneMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85 || c < 0x20)
                && StandardCharsets.UTF_8.newEncoder().canEncode(name);
    }

    private static int keyId(String name, byte[] publicKey) {
        MessageDigest digest = Rfc6962.sha256();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        digest.update(ED25519);
        digest.update(publicKey);
        return ByteBuffer.wrap(digest.digest()).getInt();
    }

    /** The {@code vkey}. */
    @Override
    public String toString() {
        byte[] typed = new byte[1 + publicKey.length];
        typed[0] = ED25519;
        System.arraycopy(publicKey, 0, typed, 1, publicKey.length);
        return name + "+" + HexFormat.of().toHexDigits(keyId) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifierKey that && name.equals(that.name) && Arrays.equals(publicKey, that.publicKey);
    }

    @Override
    public int hashCode() {
        return keyId;
    }
}
