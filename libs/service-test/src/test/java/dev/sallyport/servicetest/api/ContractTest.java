package dev.sallyport.servicetest.api;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.servicetest.api.Contract.Exchange;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ContractTest {
    private static final JsonNode DOCUMENT = JsonMapper.builder().build().readTree("""
        {"paths": {
          "/v1/calls/{id}": {"post": {
            "parameters": [{"name": "id", "in": "path"}, {"name": "wait", "in": "query"}],
            "requestBody": {"content": {"application/json": {"schema": {
              "type": "object", "properties": {"tool": {"type": "string"}}, "additionalProperties": false}}}},
            "responses": {
              "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Call"}}}},
              "204": {},
              "409": {"x-codes": ["TAKEN", "MALFORMED_*"], "content": {"application/problem+json": {"schema": {
                "type": "object", "properties": {"code": {"type": "string"}}}}}}}}},
          "/v1/calls/{id}:stop": {"post": {"responses": {"204": {}}}},
          "/tile/{path}": {"get": {
            "parameters": [{"name": "path", "in": "path", "x-takes-rest": true}],
            "responses": {"200": {"content": {"text/plain": {"schema": {"type": "string"}}}}}}}},
         "components": {"schemas": {
           "Call": {"type": "object", "required": ["id"], "properties": {
             "id": {"type": "string"}, "state": {"$ref": "#/components/schemas/State"}}},
           "State": {"type": "object", "properties": {"phase": {"enum": ["run", "done"]}}}}}}\
        """);

    private final Contract contract = new Contract(DOCUMENT);

    private static Exchange post(String query, String sent, int status, String type, String answered) {
        return exchange("POST", "/v1/calls/7", query, sent, status, type, answered);
    }

    private static Exchange exchange(
            String method, String path, String query, String sent, int status, String type, String answered) {
        return new Exchange(
                method,
                path,
                query,
                sent.getBytes(StandardCharsets.UTF_8),
                status,
                type,
                answered.getBytes(StandardCharsets.UTF_8));
    }

    private void passes(Exchange exchange) {
        assertThatCode(() -> contract.verify(exchange)).doesNotThrowAnyException();
    }

    private void fails(Exchange exchange, String why) {
        assertThatThrownBy(() -> contract.verify(exchange))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatIsDocumentedPasses() {
        passes(post(
                "wait=3",
                "{\"tool\":\"echo\"}",
                200,
                "application/json",
                "{\"id\":\"7\",\"state\":{\"phase\":\"run\"}}"));
        passes(post("", "", 204, "", ""));
        passes(post("", "", 409, "application/problem+json;charset=UTF-8", "{\"code\":\"TAKEN\"}"));
        passes(post("", "", 409, "application/problem+json", "{\"code\":\"MALFORMED_TOO_LONG\"}"));
        passes(exchange("POST", "/v1/calls/7:stop", "", "", 204, "", ""));
        passes(exchange("GET", "/tile/0/x001/067", "", "", 200, "text/plain", "…"));
    }

    @Test
    void anUndocumentedAnswerFails() {
        fails(post("", "", 503, "application/problem+json", "{}"), "answered 503, which its document does not have");
        fails(post("", "", 200, "text/plain", "7"), "text/plain");
        fails(post("", "", 409, "application/problem+json", "{\"code\":\"OTHER\"}"), "OTHER");
        fails(post("", "", 200, "application/json", "{\"id\":\"7\",\"owner\":\"ada\"}"), "owner");
        fails(post("", "", 200, "application/json", "{\"id\":\"7\",\"state\":{\"phase\":\"lost\"}}"), "phase");
        fails(post("", "", 200, "application/json", "{\"state\":{}}"), "id");
        fails(post("", "", 200, "application/json", "{"), "no JSON");
        fails(exchange("POST", "/v1/calls/7:stop", "", "", 200, "application/json", "{\"id\":\"7\"}"), ":stop");
    }

    @Test
    void anUndocumentedRequestFailsWhereItWasServed() {
        fails(post("later=1", "", 204, "", ""), "later");
        fails(post("", "{\"tool\":7}", 204, "", ""), "tool");
        fails(post("", "{\"other\":1}", 204, "", ""), "other");
        passes(post("later=1", "{\"other\":1}", 409, "application/problem+json", "{\"code\":\"TAKEN\"}"));
        fails(exchange("GET", "/v1/secrets", "", "", 200, "application/json", "{}"), "GET /v1/secrets");
        passes(exchange("GET", "/v1/secrets", "", "", 404, "application/problem+json", "{}"));
        passes(exchange("GET", "/console", "", "", 200, "text/html", "<p>"));
    }
}
