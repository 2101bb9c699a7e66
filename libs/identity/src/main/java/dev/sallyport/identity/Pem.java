package dev.sallyport.identity;

import dev.sallyport.statements.verify.SigningChain;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** PEM as in RFC 7468, read strictly: nothing but blocks of the expected label, blank lines between them. */
public final class Pem {
    /** No PEM file of ours is longer, in bytes. */
    public static final int LARGEST = 64 * 1024;

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final int CERTIFICATES_AT_MOST = 16;

    private Pem() {}

    /** The certificates as consecutive blocks. */
    public static byte[] ofCertificates(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalArgumentException("a certificate without an encoding", e);
            }
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The key as an unencrypted PKCS#8 block. The caller owns the bytes and zeroes them after use. */
    public static byte[] ofPrivateKey(PrivateKey key) {
        byte[] der = key.getEncoded();
        byte[] body = LINES.encode(der);
        byte[] head = "-----BEGIN PRIVATE KEY-----\n".getBytes(StandardCharsets.US_ASCII);
        byte[] tail = "\n-----END PRIVATE KEY-----\n".getBytes(StandardCharsets.US_ASCII);
        byte[] pem = Arrays.copyOf(head, head.length + body.length + tail.length);
        System.arraycopy(body, 0, pem, head.length, body.length);
        System.arraycopy(tail, 0, pem, head.length + body.length, tail.length);
        Arrays.fill(der, (byte) 0);
        Arrays.fill(body, (byte) 0);
        return pem;
    }

    /** A certification request (PKCS#10 DER) as a block. */
    public static String ofRequest(byte[] der) {
        return block("CERTIFICATE REQUEST", der);
    }

    /** The DER of the one certification request in this text; {@link IdentityException.Malformed} otherwise. */
    public static byte[] request(byte[] pem) {
        return one("CERTIFICATE REQUEST", pem);
    }

    /** One to 16 certificates; {@link IdentityException.Malformed} otherwise. */
    public static List<X509Certificate> certificates(byte[] pem) {
        List<byte[]> blocks = blocks("CERTIFICATE", pem);
        if (blocks.isEmpty() || blocks.size() > CERTIFICATES_AT_MOST) {
            throw new IdentityException.Malformed("expected 1 to " + CERTIFICATES_AT_MOST + " certificates in PEM");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : blocks) {
            certificates.add(certificate(der));
        }
        return List.copyOf(certificates);
    }

    /** One DER certificate without anything behind it; {@link IdentityException.Malformed} otherwise. */
    public static X509Certificate certificate(byte[] der) {
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(der);
            Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
            if (certificate instanceof X509Certificate x509
                    && Arrays.equals(x509.getEncoded(), der)
                    && SigningChain.signatureIsWholeBytes(x509)) {
                return x509;
            }
        } catch (CertificateException | RuntimeException e) {
            // The JDK throws more than it says, for one when it reads past the end of an Ed25519 key of no bytes.
            throw new IdentityException.Malformed("not an X.509 certificate", e);
        }
        throw new IdentityException.Malformed("not exactly one X.509 certificate");
    }

    /** One unencrypted PKCS#8 key, P-256 or Ed25519; {@link IdentityException.Malformed} otherwise. */
    public static PrivateKey privateKey(byte[] pem) {
        byte[] der = one("PRIVATE KEY", pem);
        try {
            return KeyTypes.privateKey(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | RuntimeException e) {
            // Without the cause: a parser's message could quote the key. The JDK throws more than it says.
            throw new IdentityException.Malformed("not a PKCS#8 private key of type P-256 or Ed25519");
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    private static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static byte[] one(String label, byte[] pem) {
        List<byte[]> blocks = blocks(label, pem);
        if (blocks.size() != 1) {
            throw new IdentityException.Malformed("expected exactly one PEM block " + label);
        }
        return blocks.getFirst();
    }

    private static List<byte[]> blocks(String label, byte[] pem) {
        if (pem.length > LARGEST) {
            throw new IdentityException.Malformed("PEM longer than " + LARGEST + " bytes");
        }
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        List<byte[]> blocks = new ArrayList<>();
        StringBuilder body = null;
        for (String raw : new String(pem, StandardCharsets.ISO_8859_1).split("\r?\n", -1)) {
            String line = raw.strip();
            if (body == null) {
                if (line.equals(begin)) {
                    body = new StringBuilder();
                } else if (!line.isEmpty()) {
                    throw new IdentityException.Malformed("text outside a PEM block " + label);
                }
            } else if (line.equals(end)) {
                blocks.add(decode(body.toString()));
                body = null;
            } else {
                body.append(line);
            }
        }
        if (body != null) {
            throw new IdentityException.Malformed("PEM block " + label + " has no end");
        }
        return blocks;
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IdentityException.Malformed("PEM block is not base64");
        }
    }
}
