package dev.sallyport.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes TLS contexts for Java: the certificate that one side shows, and the roots that it trusts. */
public final class TlsContexts {
    /**
     * The JDK hands out no session ticket where a session would live longer than the seven days that TLS 1.3 allows a
     * ticket (RFC 8446 section 4.6.1). In seconds.
     */
    public static final int SESSION_TIMEOUT_WITHOUT_TICKETS = 7 * 24 * 3600 + 1;

    private TlsContexts() {}

    /**
     * Makes a server ask for the certificate anew at every connection. A session that is resumed from a ticket brings its
     * certificate along, unchecked: expired, or of an authority that is no longer trusted.
     */
    public static void neverResume(SSLContext server) {
        server.getServerSessionContext().setSessionTimeout(SESSION_TIMEOUT_WITHOUT_TICKETS);
    }

    /** A context that shows the workload's TLS certificate and believes its fleet's roots. */
    public static SSLContext of(WorkloadIdentity workload) {
        return of(workload.tls(), workload.trust().tlsRoots());
    }

    /**
     * A context for any TLS version that the Java platform has enabled.
     *
     * @param own what this side shows; null to show nothing
     * @param roots the certificates that the other side's must chain to
     * @throws IdentityException.Malformed when the platform cannot use them
     */
    public static SSLContext of(@Nullable Credential own, Collection<X509Certificate> roots) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own == null ? null : keyManagers(own), trustManagers(roots), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw unusable(e);
        }
    }

    /** Shows this credential. */
    public static KeyManager[] keyManagers(Credential own) {
        return new KeyManager[] {new OneCredential(own)};
    }

    /**
     * Believes certificates that chain to one of these; {@link IdentityException.Malformed} when the platform cannot
     * use them, or there are none.
     */
    public static TrustManager[] trustManagers(Collection<X509Certificate> roots) {
        try {
            KeyStore store = emptyStore();
            int number = 0;
            for (X509Certificate root : roots) {
                store.setCertificateEntry("root-" + number++, root);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static IdentityException unusable(Exception cause) {
        return new IdentityException.Malformed(
                "these certificates cannot be used for TLS: " + cause.getMessage(), cause);
    }
}
