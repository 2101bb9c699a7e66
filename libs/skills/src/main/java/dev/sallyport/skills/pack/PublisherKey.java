package dev.sallyport.skills.pack;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Ed25519;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * A publisher's Ed25519 public key (RFC 8032).
 *
 * @param hex its 32 bytes as 64 lower-case hexadecimal digits
 */
public record PublisherKey(String hex) {
    /** The head of a SubjectPublicKeyInfo with an Ed25519 key (RFC 8410, section 4). */
    private static final String SPKI_HEAD = "302a300506032b6570032100";

    /** Refuses with {@link IllegalArgumentException} what is no 32 bytes in lower-case hexadecimal. */
    public PublisherKey {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("an Ed25519 public key is 64 lower-case hexadecimal digits");
        }
    }

    /** The key; {@link IllegalArgumentException} if it is of another kind. */
    public static PublisherKey of(PublicKey key) {
        return new PublisherKey(HexFormat.of().formatHex(Ed25519.rawPublicKey(key)));
    }

    /** The public key of a private one; {@link GeneralSecurityException} if that is no Ed25519 key. */
    public static PublisherKey of(PrivateKey key) throws GeneralSecurityException {
        try {
            if (PrivateKeyFactory.createKey(key.getEncoded()) instanceof Ed25519PrivateKeyParameters parameters) {
                return new PublisherKey(
                        HexFormat.of().formatHex(parameters.generatePublicKey().getEncoded()));
            }
        } catch (IOException | RuntimeException e) {
            // Without the cause: a parser's message could quote the key. Bouncy Castle throws more than it says.
            throw new GeneralSecurityException("not an Ed25519 private key");
        }
        throw new GeneralSecurityException("not an Ed25519 private key");
    }

    /** The fingerprint that people compare: SHA-256 of the SubjectPublicKeyInfo, as for the fleet's own keys. */
    public Digest fingerprint() {
        return Digest.of(HexFormat.of().parseHex(SPKI_HEAD + hex));
    }

    /** As the JDK has it. */
    public PublicKey toPublicKey() throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(SPKI_HEAD + hex)));
    }

    byte[] raw() {
        return HexFormat.of().parseHex(hex);
    }
}
