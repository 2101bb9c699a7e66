package dev.sallyport.identity.ca;

import dev.sallyport.statements.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** The ledger's checkpoint key: a file for its owner, and a verifier key in trust.json for everybody. */
public final class LogKey {
    private static final byte ED25519 = 1;

    private LogKey() {}

    /** The log's name in checkpoints: the trust domain and {@code /log}. */
    public static String origin(String trustDomain) {
        return trustDomain + "/log";
    }

    /** The verifier key in the form of signed notes (C2SP signed-note): {@code name+hash+base64(type || key)}. */
    public static String verifierKey(String name, PublicKey key) {
        byte[] raw = SubjectPublicKeyInfo.getInstance(key.getEncoded())
                .getPublicKeyData()
                .getOctets();
        byte[] typed = new byte[raw.length + 1];
        typed[0] = ED25519;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        ByteArrayOutputStream named = new ByteArrayOutputStream();
        named.writeBytes((name + "\n").getBytes(StandardCharsets.UTF_8));
        named.writeBytes(typed);
        byte[] hash = Digest.of(named.toByteArray()).bytes();
        return name + "+" + HexFormat.of().formatHex(hash, 0, 4) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }
}
