package dev.sallyport.tlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A named Ed25519 private key that signs notes. It never shows the key. */
public final class NoteSigner {
    private final Ed25519PrivateKeyParameters key;
    private final VerifierKey verifier;

    private NoteSigner(String name, Ed25519PrivateKeyParameters key) {
        this.key = key;
        this.verifier = VerifierKey.of(name, key.generatePublicKey().getEncoded());
    }

    /** The signer with that 32-byte seed (RFC 8032's private key). */
    public static NoteSigner ofSeed(String name, byte[] seed) {
        if (seed.length != Ed25519PrivateKeyParameters.KEY_SIZE) {
            throw new TlogException.MalformedKey("an Ed25519 seed has 32 bytes");
        }
        return new NoteSigner(name, new Ed25519PrivateKeyParameters(seed, 0));
    }

    /** The signer with that PKCS#8 key in PEM; {@link TlogException.MalformedKey} when it is no Ed25519 key. */
    public static NoteSigner ofPem(String name, String pem) {
        return new NoteSigner(name, parsePem(pem));
    }

    /** The public key (32 bytes) that belongs to a PKCS#8 Ed25519 key in PEM; {@link TlogException.MalformedKey}. */
    public static byte[] publicKeyOfPem(String pem) {
        return parsePem(pem).generatePublicKey().getEncoded();
    }

    /** The key that verifies the signatures. */
    public VerifierKey verifier() {
        return verifier;
    }

    /**
     * The note of that text with this one signature.
     *
     * @throws TlogException.MalformedNote when the text does not end with a newline or has control characters
     */
    public byte[] sign(String text) {
        SignedNote.checkText(text);
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        byte[] signature = new byte[Ed25519PrivateKeyParameters.SIGNATURE_SIZE];
        key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
        byte[] tagged = ByteBuffer.allocate(4 + signature.length)
                .putInt(verifier.keyId())
                .put(signature)
                .array();
        String line = SignedNote.LINE_START + verifier.name() + " "
                + Base64.getEncoder().encodeToString(tagged) + "\n";
        return (text + "\n" + line).getBytes(StandardCharsets.UTF_8);
    }

    private static Ed25519PrivateKeyParameters parsePem(String pem) {
        String body = pem.replace("-----BEGIN PRIVATE KEY-----", "")
                .replace("-----END PRIVATE KEY-----", "")
                .replaceAll("\\s", "");
        try {
            if (PrivateKeyFactory.createKey(Base64.getDecoder().decode(body))
                    instanceof Ed25519PrivateKeyParameters key) {
                return key;
            }
        } catch (IOException | IllegalArgumentException | ClassCastException e) {
            throw new TlogException.MalformedKey("not a PKCS#8 private key in PEM", e);
        }
        throw new TlogException.MalformedKey("the private key is not an Ed25519 key");
    }
}
