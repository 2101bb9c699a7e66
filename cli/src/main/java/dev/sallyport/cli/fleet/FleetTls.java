package dev.sallyport.cli.fleet;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.trust.TrustRoots;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS towards the fleet: our certificate, and the server's by the fleet's roots and SPIFFE id. */
final class FleetTls {
    private FleetTls() {}

    /** The identity in a directory; {@link CommandFailure.Usage} says what is wrong with it. */
    static WorkloadIdentity load(Path directory, Instant now) {
        try {
            return IdentityDirectory.load(directory, now);
        } catch (IdentityException e) {
            throw new CommandFailure.Usage("the identity in " + directory + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** A context that shows our certificate, if there is one, and believes only this service of this fleet. */
    static SSLContext context(Service service, TrustRoots trust, @Nullable WorkloadIdentity identity) {
        try {
            TrustManager[] trustManagers = {new ServiceTrustManager(fleetTrust(trust), trust.trustDomain(), service)};
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(identity == null ? null : TlsContexts.keyManagers(identity.tls()), trustManagers, null);
            return context;
        } catch (GeneralSecurityException | IdentityException e) {
            throw new CommandFailure.Usage("cannot set up TLS from the identity and trust files: " + e.getMessage(), e);
        }
    }

    /** A context for connections without TLS: it believes no server. */
    static SSLContext believingNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS 1.3", e);
        }
    }

    /** A context that checks no server: whoever uses it proves the other side by other means, and sends no secret. */
    static SSLContext believingAnybody() {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new AnybodyTrustManager()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS 1.3", e);
        }
    }

    private static X509TrustManager fleetTrust(TrustRoots trust) throws GeneralSecurityException {
        for (TrustManager manager : TlsContexts.trustManagers(trust.tlsRoots())) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("this Java platform has no X.509 trust manager");
    }
}
