package dev.sallyport.cli.fleet;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Connections to the fleet's services with one credential: where each is, how it proves itself, what we show it. */
final class Connections implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final ClientConfig config;
    private final Credential credential;
    private final @Nullable URI override;
    private final Clock clock;
    private final Map<Service, HttpClient> clients = new EnumMap<>(Service.class);

    Connections(ClientConfig config, Credential credential, @Nullable URI override, Clock clock) {
        this.config = config;
        this.credential = credential;
        this.override = override;
        this.clock = clock;
    }

    boolean showsCertificate() {
        return credential instanceof Credential.Identity;
    }

    /** The identity whose certificate we show; empty where we show none. */
    Optional<WorkloadIdentity> identity() {
        return credential instanceof Credential.Identity identity
                ? Optional.of(FleetTls.load(identity.directory(), clock.instant()))
                : Optional.empty();
    }

    /** The base URL that is used for the service. */
    URI baseUrl(Service service) {
        if (override != null) {
            return override;
        }
        URI url = credential instanceof Credential.Identity
                ? config.internalUrls().get(service)
                : config.publicUrls().get(service);
        if (url == null) {
            throw new CommandFailure.Usage(
                    "no address of " + service.fullName() + " is configured. Give --url, or --config FILE, or set"
                            + " SALLYPORT_HOME to the home folder of a fleet on this machine");
        }
        return url;
    }

    /** The beginning of a request, with our token if we show one. */
    HttpRequest.Builder request(Service service, String path) {
        URI uri = URI.create(baseUrl(service) + path);
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri);
        if (credential instanceof Credential.Token token) {
            if (!"https".equals(uri.getScheme()) && !isLoopback(uri)) {
                throw new CommandFailure.Usage("a token is not sent over plain HTTP to " + uri.getHost()
                        + ": use https, or a loopback address");
            }
            builder.header("Authorization", "Bearer " + token.value());
        }
        return builder;
    }

    /** Sends the request; the caller closes the answer's body. */
    HttpResponse<InputStream> exchange(Service service, HttpRequest request) {
        try {
            return client(service, request.uri()).send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw broken(request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw broken(request.uri(), new IOException("interrupted", e));
        }
    }

    /** The failure that stands for a connection that broke. */
    FleetFailure broken(URI uri, IOException e) {
        Path trust = credential instanceof Credential.Identity identity
                ? identity.directory().resolve("trust.json")
                : config.trust();
        return BrokenConnection.failure(uri, e, trust);
    }

    private HttpClient client(Service service, URI uri) {
        return clients.computeIfAbsent(service, s -> {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER);
            if ("https".equals(uri.getScheme())) {
                secure(builder, s);
            } else {
                // Without one, the client reads all roots of the platform, which takes longer than the request.
                builder.sslContext(FleetTls.believingNobody());
            }
            return builder.build();
        });
    }

    private void secure(HttpClient.Builder builder, Service service) {
        if (credential instanceof Credential.Newcomer) {
            builder.sslContext(FleetTls.believingAnybody());
        } else if (credential instanceof Credential.Identity identity) {
            WorkloadIdentity loaded = FleetTls.load(identity.directory(), clock.instant());
            builder.sslContext(FleetTls.context(service, loaded.trust(), loaded));
        } else if (config.trust() != null) {
            builder.sslContext(FleetTls.context(service, trustRoots(config.trust()), null));
        }
        // Otherwise it is a public connector with a web certificate: the platform's own roots and host names count.
    }

    private static TrustRoots trustRoots(Path file) {
        try {
            return TrustRoots.read(file);
        } catch (UncheckedIOException e) {
            throw new CommandFailure.Usage("cannot read the trust file " + file, e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure.Usage("the trust file " + file + " is wrong: " + e.getMessage(), e);
        }
    }

    private static boolean isLoopback(URI uri) {
        String host = uri.getHost();
        try {
            return host.equals("localhost")
                    || (host.matches("[0-9.]+|\\[.*]")
                            && InetAddress.getByName(host).isLoopbackAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
    }
}
