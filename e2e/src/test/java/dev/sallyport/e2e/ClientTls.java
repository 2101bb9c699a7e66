package dev.sallyport.e2e;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.WorkloadIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS as the holder of an identity directory uses it. */
final class ClientTls {
    private ClientTls() {}

    /** Shows the directory's certificate, believes the fleet's TLS roots. */
    static SSLContext of(Path identityDirectory) {
        WorkloadIdentity identity = IdentityDirectory.load(identityDirectory, Instant.now());
        try {
            char[] unused = new char[0];
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(
                    "own", identity.tls().key(), unused, identity.tls().chain().toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, unused);
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            int number = 0;
            for (X509Certificate root : identity.trust().tlsRoots()) {
                roots.setCertificateEntry("root" + number++, root);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the identity " + identityDirectory + " cannot be used for TLS", e);
        }
    }
}
