package dev.sallyport.cli.fleet;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.failure.FleetFailure;
import dev.sallyport.cli.failure.Problem;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.WorkloadIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks the fleet's services with one credential and reads their answers. Closing it closes its connections. */
public final class FleetClient implements AutoCloseable {
    private static final int LARGEST_ANSWER_BYTES = 80 << 20;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private final Connections connections;
    private @Nullable String advice;

    /**
     * A client.
     *
     * @param override a base URL that takes the place of the configured one, or null
     * @param clock what certificates must be valid by
     */
    public FleetClient(ClientConfig config, Credential credential, @Nullable String override, Clock clock) {
        try {
            URI base = override == null ? null : ClientConfig.baseUrl(override);
            this.connections = new Connections(config, credential, base, clock);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure.Usage(e.getMessage() + " (--url)", e);
        }
    }

    /** Adds this sentence to what is said when a service answers that we may not (401, 403). */
    public FleetClient advisingTheRefused(@Nullable String sentence) {
        advice = sentence;
        return this;
    }

    /** Asks and reads a JSON answer; a status of 400 or more becomes a {@link FleetFailure}. */
    public JsonNode get(Service service, String path) {
        return json(service, path, ask(service, path, "GET", null, Map.of(), ANSWER_TIMEOUT));
    }

    /** Like {@link #get}, waiting this much longer for the answer. */
    public JsonNode get(Service service, String path, Duration wait) {
        return json(service, path, ask(service, path, "GET", null, Map.of(), ANSWER_TIMEOUT.plus(wait)));
    }

    /** Like {@link #get}, for what is only nice to know: the answer must come within this time. */
    public JsonNode glance(Service service, String path, Duration patience) {
        return json(service, path, ask(service, path, "GET", null, Map.of(), patience));
    }

    /** Sends a JSON body and reads a JSON answer; an empty one is an empty object. */
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

    /** Sends the bytes of a file and reads a JSON answer. */
    public JsonNode post(Service service, String path, byte[] body) {
        return json(
                service,
                path,
                ask(service, path, "POST", body, Map.of("Content-Type", "application/octet-stream"), ANSWER_TIMEOUT));
    }

    /** Whether we show a certificate, not a token. */
    public boolean showsCertificate() {
        return connections.showsCertificate();
    }

    /** The identity whose certificate we show; empty where we show none. */
    public Optional<WorkloadIdentity> identity() {
        return connections.identity();
    }

    /** The bytes of an answer that is no JSON: tiles, checkpoints, bundles. */
    public byte[] bytes(Service service, String path) {
        return bytes(service, path, Duration.ZERO);
    }

    /** Like {@link #bytes(Service, String)}, waiting this much longer for the answer. */
    public byte[] bytes(Service service, String path, Duration wait) {
        return ask(service, path, "GET", null, Map.of(), ANSWER_TIMEOUT.plus(wait));
    }

    /**
     * Reads server-sent events until the handler answers false or the service ends the stream.
     *
     * @param onEvent gets each event's data; answers whether to go on
     */
    public void events(Service service, String path, Predicate<JsonNode> onEvent) {
        HttpRequest request = connections
                .request(service, path)
                .header("Accept", "text/event-stream")
                .GET()
                .build();
        HttpResponse<InputStream> response = connections.exchange(service, request);
        try (InputStream body = response.body();
                BufferedReader reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            if (response.statusCode() >= 400) {
                throw refused(Problem.of(response.statusCode(), body.readNBytes(1 << 20)));
            }
            new EventStream(reader).forEachWhile(onEvent);
        } catch (IOException e) {
            throw connections.broken(request.uri(), e);
        } catch (JacksonException e) {
            throw FleetFailure.unreadable(request.uri().toString(), e);
        }
    }

    private FleetFailure refused(Problem problem) {
        FleetFailure failure = FleetFailure.of(problem);
        return advice != null && failure.exitCode() == ExitCode.NOT_PERMITTED ? failure.advising(advice) : failure;
    }

    private JsonNode json(Service service, String path, byte[] answer) {
        if (answer.length == 0) {
            return Json.mapper().createObjectNode();
        }
        try {
            return Json.read(answer);
        } catch (JacksonException e) {
            throw FleetFailure.unreadable(connections.baseUrl(service) + path, e);
        }
    }

    private byte[] ask(
            Service service,
            String path,
            String method,
            byte @Nullable [] body,
            Map<String, String> headers,
            Duration timeout) {
        HttpRequest.Builder builder = connections.request(service, path).timeout(timeout);
        headers.forEach(builder::header);
        HttpRequest request = builder.method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<InputStream> response = connections.exchange(service, request);
        try (InputStream stream = response.body()) {
            byte[] answer = stream.readNBytes(LARGEST_ANSWER_BYTES + 1);
            if (answer.length > LARGEST_ANSWER_BYTES) {
                throw FleetFailure.unreadable(request.uri().toString(), new IOException("more than 80 MiB"));
            }
            if (response.statusCode() >= 300) {
                throw refused(Problem.of(response.statusCode(), answer));
            }
            return answer;
        } catch (IOException e) {
            throw connections.broken(request.uri(), e);
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
