package dev.sallyport.statements.verify;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Signs statements with one workload's signing certificate. Immutable: a renewed certificate makes a new signer. */
public final class StatementSigner {
    private final SpiffeId id;
    private final PrivateKey key;
    private final Digest keyId;
    private final List<String> certificates;
    private final X509Certificate leaf;

    /**
     * A signer.
     *
     * @param key Ed25519 private key
     * @param chain the key's certificate and its chain up to, without, the pinned root
     * @throws IllegalArgumentException when the certificate names no workload or the key is not the certificate's
     */
    public StatementSigner(PrivateKey key, List<X509Certificate> chain) {
        this.key = key;
        this.leaf = chain.getFirst();
        this.id = SigningChain.spiffeId(leaf)
                .orElseThrow(
                        () -> new IllegalArgumentException("the signing certificate has not exactly one SPIFFE id"));
        this.keyId = Digest.of(leaf.getPublicKey().getEncoded());
        List<String> encoded = new ArrayList<>();
        try {
            for (X509Certificate certificate : chain) {
                encoded.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
            byte[] probe = {1, 2, 3};
            if (!Ed25519.verify(leaf.getPublicKey(), probe, Ed25519.sign(key, probe))) {
                throw new IllegalArgumentException("the signing key is not the certificate's");
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate of the signing chain cannot be encoded", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the signing key is no Ed25519 key", e);
        }
        this.certificates = List.copyOf(encoded);
    }

    /**
     * Signs. What every verifier would refuse is not signed in the first place: {@link IllegalArgumentException} when the
     * statement is too large, issued by another, beyond the signer's role, or not of its schema.
     */
    public SignedStatement sign(Statement statement) {
        if (!statement.predicate().issued().by().equals(id)) {
            throw new IllegalArgumentException("the statement is issued by another than its signer");
        }
        if (!SignerRoles.maySign(id, statement)) {
            throw new IllegalArgumentException(
                    id + " may not state " + statement.type().shortName());
        }
        byte[] payload = statement.payload();
        try {
            SubjectRules.check(Statement.parse(payload));
        } catch (StatementRefusedException e) {
            throw new IllegalArgumentException("the statement would be refused everywhere: " + e.getMessage(), e);
        }
        try {
            byte[] signature = Ed25519.sign(key, Envelope.preAuthenticationEncoding(payload));
            return new SignedStatement(new Envelope(payload, keyId, signature), certificates);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key signed when this signer was made", e);
        }
    }

    /** Whose signatures these are. */
    public SpiffeId id() {
        return id;
    }

    /** The signing certificate. */
    public X509Certificate certificate() {
        return leaf;
    }
}
