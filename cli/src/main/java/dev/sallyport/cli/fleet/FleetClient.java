package dev.sallyport.cli.fleet;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.failure.Problem;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.statements.trust.TrustRoots;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks the fleet's services over HTTP with one credential. Closing it closes its connections. */
public final class FleetClient implements AutoCloseable {
    private static final int LARGEST_ANSWER_BYTES = 80 << 20;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private final ClientConfig config;
    private final Credential credential;
    private final @Nullable URI override;
    private final Clock clock;
    private final Map<Service, HttpClient> clients = new EnumMap<>(Service.class);

    /**
     * A client.
     *
     * @param override a base URL that takes the place of the configured one, or null
     * @param clock what certificates must be valid by
     */
    public FleetClient(ClientConfig config, Credential credential, @Nullable String override, Clock clock) {
        this.config = config;
        this.credential = credential;
        this.clock = clock;
        try {
            this.override = override == null ? null : ClientConfig.baseUrl(override);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure.Usage(e.getMessage() + " (--url)", e);
        }
    }

    /** Asks and reads a JSON answer; a status of 400 or more becomes a {@link FleetFailure}. */
    public JsonNode get(Service service, String path) {
        return json(service, path, ask(service, path, "GET", null, Map.of(), ANSWER_TIMEOUT));
    }

    /** Like {@link #get}, waiting this much longer for the answer. */
    public JsonNode get(Service service, String path, Duration wait) {
        return json(service, path, ask(service, path, "GET", null, Map.of(), ANSWER_TIMEOUT.plus(wait)));
    }

    /** Sends a JSON body and reads a JSON answer, or null for an empty one. */
    public JsonNode send(Service service, String method, String path, @Nullable JsonNode body) {
        return send(service, method, path, body, Map.of(), Duration.ZERO);
    }

    /** Like {@link #send(Service, String, String, JsonNode)} with headers and a longer wait. */
    public JsonNode send(
            Service service,
            String method,
            String path,
            @Nullable JsonNode body,
            Map<String, String> headers,
            Duration wait) {
        byte[] bytes = body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8);
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (bytes != null) {
            all.putIfAbsent("Content-Type", "application/json");
        }
        return json(service, path, ask(service, path, method, bytes, all, ANSWER_TIMEOUT.plus(wait)));
    }

    /** Sends raw bytes, for secrets: they are never turned into a string here. */
    public JsonNode put(Service service, String path, byte[] body, Map<String, String> headers) {
        return json(service, path, ask(service, path, "PUT", body, headers, ANSWER_TIMEOUT));
    }

    /** The bytes of an answer that is no JSON: tiles, checkpoints, bundles. */
    public byte[] bytes(Service service, String path) {
        return bytes(service, path, Duration.ZERO);
    }

    /** Like {@link #bytes(Service, String)}, waiting this much longer for the answer. */
    public byte[] bytes(Service service, String path, Duration wait) {
        return ask(service, path, "GET", null, Map.of(), ANSWER_TIMEOUT.plus(wait));
    }

    /** Whether we show a certificate, not a token. */
    public boolean showsCertificate() {
        return credential instanceof Credential.Identity;
    }

    /** The base URL that is used for the service. */
    public URI baseUrl(Service service) {
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

    /**
     * Reads server-sent events until the handler answers false or the service ends the stream.
     *
     * @param onEvent gets each event's data; answers whether to go on
     */
    public void events(Service service, String path, Predicate<JsonNode> onEvent) {
        HttpRequest request = request(service, path)
                .header("Accept", "text/event-stream")
                .GET()
                .build();
        HttpResponse<InputStream> response = exchange(service, request);
        try (InputStream body = response.body();
                BufferedReader reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            if (response.statusCode() >= 400) {
                throw FleetFailure.of(Problem.of(response.statusCode(), body.readNBytes(1 << 20)));
            }
            new EventStream(reader).forEachWhile(onEvent);
        } catch (IOException e) {
            throw unreachable(request.uri(), e);
        } catch (JacksonException e) {
            throw FleetFailure.unreadable(request.uri().toString(), e);
        }
    }

    private JsonNode json(Service service, String path, byte[] answer) {
        if (answer.length == 0) {
            return Json.mapper().createObjectNode();
        }
        try {
            return Json.read(answer);
        } catch (JacksonException e) {
            throw FleetFailure.unreadable(baseUrl(service) + path, e);
        }
    }

    private byte[] ask(
            Service service,
            String path,
            String method,
            byte @Nullable [] body,
            Map<String, String> headers,
            Duration timeout) {
        HttpRequest.Builder builder = request(service, path).timeout(timeout);
        headers.forEach(builder::header);
        HttpRequest request = builder.method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<InputStream> response = exchange(service, request);
        try (InputStream stream = response.body()) {
            byte[] answer = stream.readNBytes(LARGEST_ANSWER_BYTES + 1);
            if (answer.length > LARGEST_ANSWER_BYTES) {
                throw FleetFailure.unreadable(request.uri().toString(), new IOException("more than 80 MiB"));
            }
            if (response.statusCode() >= 300) {
                throw FleetFailure.of(Problem.of(response.statusCode(), answer));
            }
            return answer;
        } catch (IOException e) {
            throw unreachable(request.uri(), e);
        }
    }

    private HttpRequest.Builder request(Service service, String path) {
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

    private HttpResponse<InputStream> exchange(Service service, HttpRequest request) {
        try {
            return client(service, request.uri()).send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw unreachable(request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(request.uri(), new IOException("interrupted", e));
        }
    }

    private HttpClient client(Service service, URI uri) {
        return clients.computeIfAbsent(service, s -> {
            HttpClient.Builder builder = HttpClient.newBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER);
            if ("https".equals(uri.getScheme())) {
                secure(builder, s);
            }
            return builder.build();
        });
    }

    private void secure(HttpClient.Builder builder, Service service) {
        if (credential instanceof Credential.Identity identity) {
            WorkloadIdentity loaded = FleetTls.load(identity.directory(), clock.instant());
            builder.sslContext(FleetTls.context(service, loaded.trust(), loaded));
        } else if (config.trust() != null) {
            builder.sslContext(FleetTls.context(service, trustRoots(config.trust()), null));
        }
        // Else a public connector behind a web certificate: the platform's own roots and host names.
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

    private static FleetFailure unreachable(URI uri, IOException e) {
        String reason = switch (e) {
            case HttpTimeoutException _ -> "no answer in time";
            case ConnectException _ -> "connection refused";
            case SSLException ssl -> "TLS: " + ssl.getMessage();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
        return FleetFailure.unreachable(uri.getScheme() + "://" + uri.getAuthority(), reason, e);
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
    }
}
