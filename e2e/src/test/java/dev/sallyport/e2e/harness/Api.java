package dev.sallyport.e2e.harness;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service's API as somebody with a token or a certificate sees it. */
public final class Api {
    public static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final HttpClient http;
    private final String base;
    private final String token;
    private final Duration patience;

    /** Without a token when it is empty. */
    public Api(String base, String token) {
        this(base, token, PATIENCE, null);
    }

    private Api(String base, String token, Duration patience, @Nullable SSLContext tls) {
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(20));
        if (tls != null) {
            client.sslContext(tls);
        }
        this.http = client.build();
        this.base = base;
        this.token = token;
        this.patience = patience;
    }

    /** Whoever waits no longer than that for an answer. */
    public static Api withPatience(String base, String token, Duration patience) {
        return new Api(base, token, patience, null);
    }

    /** An internal connector as the holder of that identity directory. */
    static Api withIdentity(String base, Path identity) {
        return new Api(base, "", PATIENCE, TlsContexts.of(IdentityDirectory.load(identity, Instant.now())));
    }

    /** The same somebody at another service. */
    public Api at(String otherBase) {
        return new Api(otherBase, token);
    }

    /** An answer. */
    public record Answer(int status, String text) {
        public JsonNode json() {
            return JSON.readTree(text);
        }

        public String at(String pointer) {
            return json().at(pointer).asString("");
        }

        @Override
        public String toString() {
            return status + " " + text;
        }
    }

    public Answer get(String path) {
        return send("GET", path, BodyPublishers.noBody(), Map.of());
    }

    /** The body's bytes of a 200; {@link UncheckedIOException} for everything else. */
    public byte[] bytes(String path) {
        HttpResponse<byte[]> response = exchange(request(path).GET(), BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new UncheckedIOException(new IOException(path + " answered " + response.statusCode()));
        }
        return response.body();
    }

    public Answer get(String path, Map<String, String> headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    /** Bytes as they stand, such as a secret's value. */
    public Answer put(String path, byte[] value) {
        return send("PUT", path, BodyPublishers.ofByteArray(value), Map.of("Content-Type", "application/octet-stream"));
    }

    /** Any request, in the form its endpoint reads. */
    public Answer send(String method, String path, String body) {
        if (method.equals("GET") || method.equals("ANY")) {
            return get(path);
        }
        String type = path.startsWith("/console")
                ? "application/x-www-form-urlencoded"
                : path.startsWith("/v1/secrets") || path.equals("/v1/skills")
                        ? "application/octet-stream"
                        : "application/json";
        return send(method, path, BodyPublishers.ofString(body), Map.of("Content-Type", type));
    }

    public Answer delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody(), Map.of());
    }

    public Answer post(String path, String json, Map<String, String> headers) {
        return send("POST", path, BodyPublishers.ofString(json), headers);
    }

    public Answer post(String path, byte[] json) {
        return send("POST", path, BodyPublishers.ofByteArray(json), Map.of());
    }

    public Answer put(String path, String json, Map<String, String> headers) {
        return send("PUT", path, BodyPublishers.ofString(json), headers);
    }

    private Answer send(String method, String path, HttpRequest.BodyPublisher body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).method(method, body);
        if (!method.equals("GET")) {
            request.setHeader("Content-Type", "application/json");
        }
        headers.forEach(request::setHeader);
        HttpResponse<String> response = exchange(request, BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(patience);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request.build(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
