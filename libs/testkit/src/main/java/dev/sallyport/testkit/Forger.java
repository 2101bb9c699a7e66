package dev.sallyport.testkit;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Ed25519;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.record.SignedStatement;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Signs with a workload's real key what its own signer would refuse: the attacker who holds one service's key. */
public final class Forger {
    private final Credential credential;

    private Forger(Credential credential) {
        this.credential = credential;
    }

    /** Holds the signing key of this identity directory; {@link IllegalArgumentException} when it has none. */
    public static Forger with(Path identityDirectory) {
        return new Forger(IdentityDirectory.load(identityDirectory, Instant.now())
                .signing()
                .orElseThrow(() -> new IllegalArgumentException(identityDirectory + " has no signing key")));
    }

    /** Holds this key, under these certificates. */
    public static Forger with(Credential credential) {
        return new Forger(credential);
    }

    /** Signs a statement whatever it says. */
    public SignedStatement sign(Statement statement) {
        return sign(statement.payload());
    }

    /** Signs any bytes as a payload. */
    public SignedStatement sign(byte[] payload) {
        try {
            List<String> chain = new ArrayList<>();
            for (X509Certificate certificate : credential.chain()) {
                chain.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
            }
            Digest keyId =
                    Digest.of(credential.chain().getFirst().getPublicKey().getEncoded());
            byte[] signature = Ed25519.sign(credential.key(), Envelope.preAuthenticationEncoding(payload));
            return new SignedStatement(new Envelope(payload, keyId, signature), chain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the identity's key or chain is unusable", e);
        }
    }
}
