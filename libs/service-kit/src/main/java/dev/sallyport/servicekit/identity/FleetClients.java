package dev.sallyport.servicekit.identity;

import dev.sallyport.identity.denylist.PeerTrust;
import dev.sallyport.identity.denylist.RevokedCertificates;
import dev.sallyport.statements.trust.SpiffeId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * HTTP clients for calls inside the fleet: mTLS with the workload's own certificate, to a peer that must prove the
 * SPIFFE id of the service called. A renewed certificate is used from the next connection on.
 */
public final class FleetClients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final SslBundles bundles;
    private final String trustDomain;
    private final FleetProperties urls;
    private final RestClient.Builder template;
    private final Map<String, RestClient> clients = new ConcurrentHashMap<>();
    private volatile RevokedCertificates revoked = (leaf, id) -> false;

    /**
     * Clients from the bundle {@value IdentityInForce#BUNDLE}.
     *
     * @param template cloned for every client; it carries message converters and observation
     */
    public FleetClients(SslBundles bundles, String trustDomain, FleetProperties urls, RestClient.Builder template) {
        this.bundles = bundles;
        this.trustDomain = trustDomain;
        this.urls = urls;
        this.template = template;
    }

    /** From now on, servers are checked against this; the list itself is fetched with one of these clients. */
    public void refuse(RevokedCertificates revoked) {
        this.revoked = revoked;
    }

    /**
     * The client of a service such as {@code vault-service}, with its base URL set. Answers must begin within 10 s; for
     * long polls use {@link #client(String, Duration)}.
     */
    public RestClient client(String service) {
        return clients.computeIfAbsent(service, name -> client(name, Duration.ofSeconds(10)));
    }

    /** A client of its own with another limit on the time until the answer begins. */
    public RestClient client(String service, Duration readTimeout) {
        return client(SpiffeId.service(trustDomain, service), urls.urlOf(service), readTimeout);
    }

    /** A client for any workload at this base URL. */
    public RestClient client(SpiffeId peer, URI baseUrl, Duration readTimeout) {
        return template.clone()
                .baseUrl(baseUrl)
                .requestFactory(requestFactory(peer, readTimeout))
                .build();
    }

    private ClientHttpRequestFactory requestFactory(SpiffeId peer, Duration readTimeout) {
        Supplier<Connections> connecting =
                () -> connectingTo(peer, bundles.getBundle(IdentityInForce.BUNDLE), readTimeout);
        Switching switching = new Switching(connecting);
        bundles.addBundleUpdateHandler(IdentityInForce.BUNDLE, _ -> switching.current = connecting.get());
        return switching;
    }

    /** Requests over connections that they share, and whom those go to. */
    private record Connections(ClientHttpRequestFactory requests, PeerTrust peers) {}

    private Connections connectingTo(SpiffeId peer, SslBundle bundle, Duration readTimeout) {
        try {
            X509TrustManager chains = Arrays.stream(bundle.getManagers().getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
            PeerTrust peers = new PeerTrust(chains, peer, (leaf, id) -> revoked.isRevoked(leaf, id));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(bundle.getManagers().getKeyManagers(), new TrustManager[] {peers}, null);
            SSLParameters parameters = new SSLParameters();
            parameters.setProtocols(bundle.getOptions().getEnabledProtocols());
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .sslContext(context)
                    .sslParameters(parameters)
                    .build();
            JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(client);
            factory.setReadTimeout(readTimeout);
            return new Connections(factory, peers);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot make a TLS client for " + peer, e);
        }
    }

    private static final class Switching implements ClientHttpRequestFactory {
        private final Supplier<Connections> connecting;
        private volatile Connections current;

        Switching(Supplier<Connections> connecting) {
            this.connecting = connecting;
            this.current = connecting.get();
        }

        /** An open connection outlives its server's certificate. Then all are left behind and made anew. */
        @Override
        public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
            if (!current.peers().stillTrustsThoseMet()) {
                current = connecting.get();
            }
            return current.requests().createRequest(uri, method);
        }
    }
}
