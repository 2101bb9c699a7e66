package dev.sallyport.approval.fleet;

import dev.sallyport.testkit.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The REST interface as a client uses it. */
public final class Api {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Client client;
    private final String base;
    private final String[] headers;

    private Api(Client client, String base, String... headers) {
        this.client = client;
        this.base = base;
        this.headers = headers;
    }

    /** With a token on the public connector. */
    public static Api withToken(RunningApproval service, String token) {
        return new Api(Client.anonymous(), service.open(""), "Authorization", "Bearer " + token);
    }

    /** Without anything on the public connector. */
    public static Api anonymous(RunningApproval service) {
        return new Api(Client.anonymous(), service.open(""));
    }

    /** With the certificate of this identity on the internal connector. */
    public static Api withCertificate(RunningApproval service, String identity) {
        return new Api(Client.of(identity), service.internal(""));
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
        return answer(() -> client.get(base + path, headers));
    }

    /** Sends a body. */
    public Answer post(String path, String json) {
        return answer(() -> client.post(base + path, json, headers));
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

    /** Approves once, as shown, with this signature. */
    public Answer approve(AskedCall call, String signature) {
        return post(
                "/v1/approvals/" + call.approvalId + ":approve",
                "{\"prompt_digest\":\"" + call.promptDigest.hex() + "\",\"signature\":" + signature + "}");
    }

    private interface Exchange {
        HttpResponse<String> send() throws IOException;
    }

    private static Answer answer(Exchange exchange) {
        try {
            HttpResponse<String> response = exchange.send();
            String type = response.headers().firstValue("Content-Type").orElse("");
            JsonNode body = type.contains("json") ? JSON.readTree(response.body()) : JSON.createObjectNode();
            return new Answer(response.statusCode(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
