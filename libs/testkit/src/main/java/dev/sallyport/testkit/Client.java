package dev.sallyport.testkit;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Somebody who calls the service, with a certificate or without. */
public final class Client {
    private final HttpClient http;
    private final SSLContext tls;

    private Client(HttpClient http, SSLContext tls) {
        this.http = http;
        this.tls = tls;
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

    /** With any credential and this version of TLS. */
    public static Client with(@Nullable Credential credential, String protocol) {
        try {
            KeyManager[] keys = null;
            if (credential != null) {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry(
                        "me", credential.key(), new char[0], credential.chain().toArray(new Certificate[0]));
                KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
                factory.init(store, new char[0]);
                keys = factory.getKeyManagers();
            }
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            List<X509Certificate> pinned = TestFleet.shared().trust().tlsRoots();
            roots.setCertificateEntry("root", pinned.getFirst());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust.getTrustManagers(), null);
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
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
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
        return send(request(url, headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Any request. */
    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.timeout(Duration.ofSeconds(90)).build(), HttpResponse.BodyHandlers.ofString());
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
