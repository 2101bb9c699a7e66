package dev.sallyport.local.show;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls services over the internal connector as a device, or over the public one with a token. */
final class FleetClient implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(90);

    private final HttpClient http;

    private FleetClient(HttpClient http) {
        this.http = http;
    }

    /** As the holder of that identity directory; servers are checked against the fleet's CA and {@code localhost}. */
    static FleetClient withIdentity(Path identityDirectory, Clock clock) {
        return new FleetClient(builder()
                .sslContext(TlsContexts.of(IdentityDirectory.load(identityDirectory, clock.instant())))
                .build());
    }

    /** Without a certificate. */
    static FleetClient anonymous() {
        return new FleetClient(builder().build());
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
    }

    Answer get(String url, @Nullable String token) {
        return send(request(url, token).GET());
    }

    Answer post(String url, @Nullable String token, Map<String, ?> body, Map<String, String> headers) {
        HttpRequest.Builder request = request(url, token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
        headers.forEach(request::header);
        return send(request);
    }

    Answer post(String url, Map<String, ?> body) {
        return post(url, null, body, Map.of());
    }

    Answer put(String url, JsonNode body) {
        return send(request(url, null)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
    }

    private static HttpRequest.Builder request(String url, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_LIMIT);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private Answer send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        String asked = request.method() + " " + request.uri();
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            return new Answer(asked, response.statusCode(), response.body());
        } catch (IOException e) {
            throw new ShowFailedException(asked + " failed: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShowFailedException(asked + " was interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
