package dev.sallyport.e2e.harness;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The internal connectors as somebody with a certificate, or without one, sees them. Connections are kept. */
public final class Mtls implements AutoCloseable {
    private final HttpClient http;
    private final SSLContext context;

    private Mtls(Fleet fleet, @Nullable Credential credential) {
        this.context = TlsContexts.of(credential, fleet.trust().tlsRoots());
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(30))
                .sslContext(context)
                .build();
    }

    /** With the certificate of that identity of the fleet, as it is now. */
    public static Mtls as(Fleet fleet, String identity) {
        return of(fleet, fleet.home().resolve("identities").resolve(identity));
    }

    /** With the certificate in that identity directory, as it is now. */
    public static Mtls of(Fleet fleet, Path directory) {
        return with(fleet, IdentityDirectory.load(directory, Instant.now()).tls());
    }

    /** With any certificate; none when null. */
    public static Mtls with(Fleet fleet, @Nullable Credential credential) {
        return new Mtls(fleet, credential);
    }

    /** What sockets are made with. */
    public SSLContext context() {
        return context;
    }

    public Answer get(String url) throws IOException {
        return send("GET", url, "application/json", null);
    }

    public Answer post(String url, String json) throws IOException {
        return send("POST", url, "application/json", json);
    }

    /** What is there, byte for byte; anything but 200 is an error of the test. */
    public byte[] bytes(String url) throws IOException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(Duration.ofMinutes(2))
                    .build();
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new AssertionError(url + " answered " + response.statusCode());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The status and, unless it is a stream of events, the body; throws when there was no answer at all. */
    public Answer send(String method, String url, String type, @Nullable String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", type)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            boolean stream =
                    response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
            try (InputStream content = response.body()) {
                return new Answer(
                        response.statusCode(),
                        stream ? "" : new String(content.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
