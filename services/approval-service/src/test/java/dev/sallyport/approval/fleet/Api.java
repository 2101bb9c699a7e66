package dev.sallyport.approval.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The REST interface as a client uses it. */
public final class Api {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client;
    private final String base;
    private final @Nullable String token;

    private Api(HttpClient client, String base, @Nullable String token) {
        this.client = client;
        this.base = base;
        this.token = token;
    }

    /** With a token on the public connector. */
    public static Api withToken(RunningApproval service, String token) {
        return new Api(HttpClient.newHttpClient(), service.open(""), token);
    }

    /** Without anything on the public connector. */
    public static Api anonymous(RunningApproval service) {
        return new Api(HttpClient.newHttpClient(), service.open(""), null);
    }

    /** With the certificate of this identity on the internal connector. */
    public static Api withCertificate(RunningApproval service, String identity) {
        return new Api(
                HttpClient.newBuilder().sslContext(FleetTls.context(identity)).build(), service.internal(""), null);
    }

    /**
     * An answer.
     *
     * @param status HTTP status
     * @param body parsed, or a missing node if it is no JSON
     */
    public record Answer(int status, JsonNode body) {
        /** The problem's code; empty without one. */
        public String code() {
            return body.path("code").asString("");
        }

        /** The record's state; empty without one. */
        public String state() {
            return body.path("state").asString("");
        }
    }

    /** Reads. */
    public Answer get(String path) {
        return send(request(path).GET());
    }

    /** Sends a body. */
    public Answer post(String path, String json) {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    /** Approves as shown. */
    public Answer approve(AskedCall call) {
        return answer(call, "approve", call.promptDigest.hex());
    }

    /** Denies as shown. */
    public Answer deny(AskedCall call) {
        return answer(call, "deny", call.promptDigest.hex());
    }

    /** Answers with this digest. */
    public Answer answer(AskedCall call, String verb, String promptDigest) {
        return post(
                "/v1/approvals/" + call.approvalId + ":" + verb,
                "{\"prompt_digest\":\"" + promptDigest + "\",\"scope\":\"once\",\"reason\":\"as agreed\"}");
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            String type = response.headers().firstValue("Content-Type").orElse("");
            return new Answer(
                    response.statusCode(),
                    type.contains("json") ? JSON.readTree(response.body()) : JSON.createObjectNode());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
