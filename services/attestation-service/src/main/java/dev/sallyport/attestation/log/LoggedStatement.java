package dev.sallyport.attestation.log;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.dsse.EnvelopeRefusedException;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A leaf of the log with the certificates that its signature is checked with. */
public final class LoggedStatement {
    private final long index;
    private final Digest digest;
    private final byte[] envelope;
    private final List<String> chain;
    private final String signer;
    private final long boundAt;

    LoggedStatement(long index, Digest digest, byte[] envelope, List<String> chain, String signer, long boundAt) {
        this.index = index;
        this.digest = digest;
        this.envelope = envelope.clone();
        this.chain = List.copyOf(chain);
        this.signer = signer;
        this.boundAt = boundAt;
    }

    /** Index of the leaf. */
    public long index() {
        return index;
    }

    /** The identity of the statement. */
    public Digest digest() {
        return digest;
    }

    /** The leaf's bytes. */
    public byte[] envelope() {
        return envelope.clone();
    }

    /** The SPIFFE id of the signer's certificate. */
    public String signer() {
        return signer;
    }

    /** Index of the key-bound statement about the certificate. */
    public long boundAt() {
        return boundAt;
    }

    /** The signer's chain in PEM, signing certificate first, without the root. */
    public String chainPem() {
        return pem(chain);
    }

    static String pem(List<String> chain) {
        StringBuilder pem = new StringBuilder();
        for (String der : chain) {
            pem.append("-----BEGIN CERTIFICATE-----\n");
            for (int from = 0; from < der.length(); from += 64) {
                pem.append(der, from, Math.min(der.length(), from + 64)).append('\n');
            }
            pem.append("-----END CERTIFICATE-----\n");
        }
        return pem.toString();
    }

    /** The payload as text: canonical JSON. */
    public String payload() {
        return new String(decoded().payload(), StandardCharsets.UTF_8);
    }

    /** The statement; {@link StatementRefusedException} where this version does not read its form any more. */
    public Statement statement() throws StatementRefusedException {
        return Statement.parse(decoded().payload());
    }

    private Envelope decoded() {
        try {
            return Envelope.decode(envelope);
        } catch (EnvelopeRefusedException e) {
            throw new IllegalStateException(
                    "entry " + index + " is no envelope, which was checked before it was appended", e);
        }
    }
}
