package dev.sallyport.testkit;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.identity.WorkloadIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Somebody who calls the service, with a certificate or without. */
public final class Client {
    private static volatile BiConsumer<HttpRequest, HttpResponse<?>> watcher = (request, response) -> {};

    private final HttpClient http;
    private final SSLContext tls;

    private Client(HttpClient http, SSLContext tls) {
        this.http = http;
        this.tls = tls;
    }

    /** From now on every exchange of every client is shown to it; what it throws reaches whoever sent the request. */
    public static void watch(BiConsumer<HttpRequest, HttpResponse<?>> watcher) {
        Client.watcher = watcher;
    }

    /** Without a certificate. */
    public static Client anonymous() {
        return with(null, "TLSv1.3");
    }

    /** With the certificate of an identity of the test fleet. */
    public static Client of(String identity) {
        return of(TestFleet.shared().identity(identity));
    }

    /** With the certificate in that directory. */
    public static Client of(Path identityDir) {
        return with(IdentityDirectory.load(identityDir, Instant.now()).tls(), "TLSv1.3");
    }

    /** With the certificate of a loaded identity. */
    public static Client of(WorkloadIdentity identity) {
        return with(identity.tls(), "TLSv1.3");
    }

    /** With any credential and this version of TLS. */
    public static Client with(@Nullable Credential credential, String protocol) {
        SSLContext context =
                TlsContexts.of(credential, TestFleet.shared().trust().tlsRoots());
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {protocol});
        return new Client(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(context)
                        .sslParameters(parameters)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build(),
                context);
    }

    /** What it shows and believes in a handshake, for connections of another kind. */
    public SSLContext tls() {
        return tls;
    }

    /** A GET with these headers (name, value, …). */
    public HttpResponse<String> get(String url, String... headers) throws IOException {
        return send(request(url, headers).GET());
    }

    /** A POST of JSON. */
    public HttpResponse<String> post(String url, String body, String... headers) throws IOException {
        return send(
                request(url, headers).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    /** Any request with these headers (name, value, …); what cannot be sent is an {@link UncheckedIOException}. */
    public HttpResponse<byte[]> exchange(String method, String url, byte[] body, String... headers) {
        BodyPublisher sent = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
        try {
            return send(request(url, headers).method(method, sent), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any request. */
    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        try {
            HttpRequest sent = request.timeout(Duration.ofSeconds(90)).build();
            HttpResponse<T> response = http.send(sent, handler);
            watcher.accept(sent, response);
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static HttpRequest.Builder request(String url, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }
}
