package dev.sallyport.servicetest;

import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.servicetest.api.DocumentedService;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.service.RunningApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One of the five services, running for a test that calls it over both connectors and looks into its database. */
public abstract class RunningService extends RunningApplication implements DocumentedService {
    private static final Client NOBODY = Client.anonymous();
    private static final Map<String, Client> CLIENTS = new ConcurrentHashMap<>();

    /** Starts it. */
    protected RunningService(Map<String, String> properties, Class<?>... sources) {
        super(properties, sources);
    }

    @Override
    public String serviceName() {
        return context().getEnvironment().getRequiredProperty("spring.application.name");
    }

    @Override
    public boolean listensAt(int port) {
        return context().isActive()
                && (open("").endsWith(":" + port) || internal("").endsWith(":" + port));
    }

    @Override
    protected int publicPort() {
        return bean(TwoConnectors.class).publicPort();
    }

    /** Its database. */
    public JdbcClient jdbc() {
        return bean(JdbcClient.class);
    }

    /** JSON over the internal connector with the certificate of that identity, and these headers (name, value, …). */
    public HttpResponse<String> internally(
            String identity, String method, String path, @Nullable String json, String... headers) {
        return send(CLIENTS.computeIfAbsent(identity, Client::of), internal(path), method, json, headers);
    }

    /** JSON over the public connector with that token, without one when it is empty, and these headers (name, value, …). */
    public HttpResponse<String> withToken(
            String token, String method, String path, @Nullable String json, String... headers) {
        String[] all = headers;
        if (!token.isEmpty()) {
            all = List.of(headers).toArray(new String[headers.length + 2]);
            all[headers.length] = "Authorization";
            all[headers.length + 1] = "Bearer " + token;
        }
        return send(NOBODY, open(path), method, json, all);
    }

    /** Bytes over the public connector with that token. */
    public HttpResponse<String> sendBytes(String token, String method, String path, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(open(path)))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/octet-stream")
                .method(method, BodyPublishers.ofByteArray(body));
        try {
            return NOBODY.send(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every record that it has put into its outbox, the oldest first. */
    public List<byte[]> outbox() {
        return jdbc().sql("select record from kit_outbox order by id")
                .query((rs, n) -> rs.getBytes("record"))
                .list();
    }

    /** The same, each verified as a consumer would. */
    public List<VerifiedRecord> statements() {
        StatementVerifier verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        return outbox().stream().map(record -> verified(verifier, record)).toList();
    }

    private static VerifiedRecord verified(StatementVerifier verifier, byte[] record) {
        try {
            return verifier.verify(StatementRecord.parse(record));
        } catch (StatementRefusedException e) {
            throw new AssertionError("a consumer would refuse what the service states", e);
        }
    }

    private static HttpResponse<String> send(
            Client client, String url, String method, @Nullable String json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (json == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(json));
        }
        try {
            return client.send(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
