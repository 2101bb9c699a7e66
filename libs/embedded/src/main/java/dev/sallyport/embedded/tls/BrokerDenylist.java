package dev.sallyport.embedded.tls;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.identity.denylist.NewestRevocationList;
import dev.sallyport.identity.denylist.PeerTrust;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which clients the broker goes on serving: those whose certificate has neither ended nor been revoked. The list is
 * vault-service's, asked for every two seconds with the broker's own certificate and kept beside the broker's data. While
 * vault-service does not answer, the newest list that is known counts: vault-service itself starts after the broker.
 */
final class BrokerDenylist implements WatchedEngine.PeerCheck {
    private static final Logger log = LoggerFactory.getLogger(BrokerDenylist.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_SECONDS = 2;
    private static final String ENDPOINT = "/internal/v1/denylist";

    /** Kafka makes one TLS factory for each listener, and they have one list. */
    private static final Map<Path, BrokerDenylist> RUNNING = new ConcurrentHashMap<>();

    private final Path identityDirectory;
    private final URI endpoint;
    private final Clock clock = Clock.systemUTC();
    private final NewestRevocationList newest;
    private volatile TrustRoots trust;
    private boolean answered = true;
    private @Nullable Connection connection;

    private BrokerDenylist(Path identityDirectory, URI vault, Path file) {
        this.identityDirectory = identityDirectory;
        this.endpoint = vault.resolve(ENDPOINT);
        WorkloadIdentity own = IdentityDirectory.load(identityDirectory, clock.instant());
        this.trust = own.trust();
        this.newest = new NewestRevocationList(() -> trust, clock, file);
        try {
            newest.recall();
        } catch (IOException | IdentityException e) {
            log.warn("the denylist kept in {} is not used: {}", file, e.getMessage());
        }
    }

    /**
     * The list of this process for that file, asked for from now on.
     *
     * @param identityDirectory the broker's identity
     * @param vault internal base URL of vault-service
     * @param file where the list is kept
     */
    static BrokerDenylist of(Path identityDirectory, URI vault, Path file) {
        return RUNNING.computeIfAbsent(file, _ -> {
            var started = new BrokerDenylist(identityDirectory, vault, file);
            ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("denylist").factory());
            var _ = thread.scheduleWithFixedDelay(started::fetch, 0, PAUSE_SECONDS, TimeUnit.SECONDS);
            return started;
        });
    }

    @Override
    public boolean counts(X509Certificate leaf) {
        if (leaf.getNotAfter().toInstant().isBefore(clock.instant())) {
            return false;
        }
        try {
            return !newest.isRevoked(leaf, X509Svid.idOf(leaf));
        } catch (IdentityException e) {
            return false;
        }
    }

    /**
     * A client, and the certificate that it shows: it is renewed every twelve hours, and when the fleet's roots change.
     */
    private record Connection(HttpClient http, X509Certificate shows) {}

    private HttpClient connection() throws GeneralSecurityException {
        Connection kept = connection;
        if (kept == null || !kept.shows().equals(IdentityDirectory.tlsLeaf(identityDirectory))) {
            WorkloadIdentity own = IdentityDirectory.load(identityDirectory, clock.instant());
            kept = new Connection(client(own), own.tls().leaf());
            trust = own.trust();
            connection = kept;
        }
        return kept.http();
    }

    private void fetch() {
        try {
            HttpResponse<byte[]> answer = connection()
                    .send(
                            HttpRequest.newBuilder(endpoint).timeout(LIMIT).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException("vault-service answered " + answer.statusCode());
            }
            newest.take(answer.body());
            answered = true;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            if (answered) {
                log.warn("no denylist from {}: {}", endpoint, e.toString());
            }
            answered = false;
            connection = null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpClient client(WorkloadIdentity own) throws GeneralSecurityException {
        SpiffeId vault = SpiffeId.service(own.trust().trustDomain(), "vault-service");
        var chains = (X509TrustManager) TlsContexts.trustManagers(own.trust().tlsRoots())[0];
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                TlsContexts.keyManagers(own.tls()), new TrustManager[] {new PeerTrust(chains, vault, newest)}, null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(LIMIT)
                .sslContext(context)
                .build();
    }
}
