package dev.sallyport.servicetest.api;

import dev.sallyport.testkit.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A client that knows of a service nothing but its OpenAPI document: it calls operations by their ids, with the examples
 * that the document gives.
 */
public final class DocumentedClient {
    private final JsonNode document;
    private final String base;
    private final String token;
    private final Client client = Client.anonymous();

    /**
     * A client of the service at this address.
     *
     * @param token the bearer token for operations that take one
     */
    public DocumentedClient(JsonNode document, String base, String token) {
        this.document = document;
        this.base = base;
        this.token = token;
    }

    /**
     * Calls an operation with the example of its body.
     *
     * @param parameters of its path
     */
    public HttpResponse<String> call(String operationId, Map<String, String> parameters) {
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (operation.getValue().path("operationId").asString().equals(operationId)) {
                    return send(operation.getKey(), address(path.getKey(), parameters), operation.getValue());
                }
            }
        }
        throw new AssertionError("the document has no operation " + operationId);
    }

    private URI address(String path, Map<String, String> parameters) {
        String filled = path;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            filled = filled.replace("{" + parameter.getKey() + "}", parameter.getValue());
        }
        return URI.create(base + filled);
    }

    private HttpResponse<String> send(String method, URI address, JsonNode operation) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).method(method.toUpperCase(Locale.ROOT), BodyPublishers.noBody());
        operation
                .path("requestBody")
                .path("content")
                .properties()
                .forEach(media -> request.header("Content-Type", media.getKey())
                        .method(
                                method.toUpperCase(Locale.ROOT),
                                BodyPublishers.ofString(
                                        media.getValue().path("example").toString())));
        if (operation.path("security").valueStream().anyMatch(alternative -> alternative.has("token"))) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return client.send(request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
