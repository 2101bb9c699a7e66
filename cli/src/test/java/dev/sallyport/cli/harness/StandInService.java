package dev.sallyport.cli.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.identity.TlsContexts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** A real HTTP server in place of a service: it answers as the contract says and remembers what it was asked. */
public final class StandInService implements AutoCloseable {
    /**
     * What it was asked.
     *
     * @param target path and query
     * @param headers names in lower case
     * @param client subject of the client certificate's URI name, or the empty text
     */
    public record Asked(String method, String target, Map<String, String> headers, String body, String client) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Answer(int status, String type, byte[] body) {}

    private final HttpServer server;
    private final Map<String, List<Answer>> answers = new LinkedHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Answer otherwise = new Answer(
            404,
            "application/problem+json",
            "{\"title\":\"Not found\",\"status\":404,\"code\":\"NOT_FOUND\"}".getBytes(StandardCharsets.UTF_8));

    private StandInService(HttpServer server) {
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /** On plain HTTP and loopback, like a public connector on one machine. */
    public static StandInService plain() throws IOException {
        return new StandInService(HttpServer.create(anyPort(), 0));
    }

    /** With mutual TLS as that identity of the fleet, like an internal connector. */
    public static StandInService internal(SampleFleet fleet, String identity) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        SSLContext context =
                TlsContexts.of(fleet.load(identity).tls(), fleet.trust().tlsRoots());
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters needed = context.getDefaultSSLParameters();
                needed.setNeedClientAuth(true);
                parameters.setSSLParameters(needed);
            }
        });
        return new StandInService(server);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Its base URL. */
    public URI url() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://localhost:" + server.getAddress().getPort());
    }

    /** Answers requests of {@code METHOD path} (without query) so; several answers are given one after another. */
    public StandInService on(String request, int status, String json) {
        return on(
                request,
                status,
                status >= 400 ? "application/problem+json" : "application/json",
                json.getBytes(StandardCharsets.UTF_8));
    }

    /** Like {@link #on(String, int, String)} with bytes of any type. */
    public StandInService on(String request, int status, String type, byte[] body) {
        answers.computeIfAbsent(request, key -> new ArrayList<>()).add(new Answer(status, type, body));
        return this;
    }

    /** Answers everything else with 200 and this, in place of 404. */
    public StandInService otherwise(String json) {
        otherwise = new Answer(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** What it was asked so far. */
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        asked.add(new Asked(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                client(exchange)));
        List<Answer> prepared = answers.get(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
        Answer answer = next(prepared);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(answer.body());
        }
    }

    private synchronized Answer next(@Nullable List<Answer> prepared) {
        if (prepared == null) {
            return otherwise;
        }
        return prepared.size() > 1 ? prepared.removeFirst() : prepared.getFirst();
    }

    private static String client(HttpExchange exchange) {
        if (!(exchange instanceof HttpsExchange secure)) {
            return "";
        }
        try {
            X509Certificate certificate =
                    (X509Certificate) secure.getSSLSession().getPeerCertificates()[0];
            return String.valueOf(certificate.getSubjectAlternativeNames());
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return "";
        }
    }

    /** Goes away in the middle of a test. */
    public void vanish() {
        server.stop(0);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
