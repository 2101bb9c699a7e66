package dev.sallyport.cli.ca;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.output.Json;
import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Secrets and config maps of a cluster, as the service account of the pod that this command runs in. */
final class KubernetesApi implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final URI server;
    private final Path tokenFile;
    private final HttpClient http;

    /** What is kept: {@code secrets} or {@code configmaps}. */
    enum Kind {
        SECRET("Secret"),
        CONFIG_MAP("ConfigMap");

        private final String name;

        Kind(String name) {
            this.name = name;
        }

        private String path(String namespace) {
            return "/api/v1/namespaces/" + namespace + (this == SECRET ? "/secrets" : "/configmaps");
        }
    }

    KubernetesApi(URI server, Path tokenFile, Path caFile) {
        this.server = server;
        this.tokenFile = tokenFile;
        try {
            this.http = HttpClient.newBuilder()
                    .connectTimeout(LIMIT)
                    .sslContext(TlsContexts.of(null, Pem.certificates(Files.readAllBytes(caFile))))
                    .build();
        } catch (IOException | IdentityException e) {
            throw new CommandFailure.Usage(
                    "the API server's CA in " + caFile + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The object, if there is one. */
    Optional<JsonNode> get(Kind kind, String namespace, String name) {
        HttpResponse<byte[]> answer = send("GET", kind.path(namespace) + "/" + name, null);
        return answer.statusCode() == 404 ? Optional.empty() : Optional.of(read(answer, name));
    }

    /** Makes the object; false if there is one of that name, which is left as it is. */
    boolean create(Kind kind, String namespace, String name, ObjectNode content) {
        HttpResponse<byte[]> answer = send("POST", kind.path(namespace), named(kind, namespace, name, content));
        if (answer.statusCode() == 409) {
            return false;
        }
        read(answer, name);
        return true;
    }

    /** Makes the object or replaces it. */
    void put(Kind kind, String namespace, String name, ObjectNode content) {
        if (!create(kind, namespace, name, content)) {
            read(send("PUT", kind.path(namespace) + "/" + name, named(kind, namespace, name, content)), name);
        }
    }

    private static ObjectNode named(Kind kind, String namespace, String name, ObjectNode content) {
        ObjectNode object = Json.mapper().createObjectNode();
        object.put("apiVersion", "v1").put("kind", kind.name);
        ObjectNode metadata = object.putObject("metadata").put("name", name).put("namespace", namespace);
        metadata.putObject("labels").put("app.kubernetes.io/part-of", "sallyport");
        return object.setAll(content);
    }

    private HttpResponse<byte[]> send(String method, String path, @Nullable JsonNode body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                    .timeout(LIMIT)
                    .header("Accept", "application/json")
                    .header("Content-Type", "application/json")
                    .header(
                            "Authorization",
                            "Bearer " + Files.readString(tokenFile).strip());
            return http.send(
                    request.method(
                                    method,
                                    body == null
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofByteArray(
                                                    Json.mapper().writeValueAsBytes(body)))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new CommandFailure.Usage("the API server at " + server + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure.Usage("interrupted", e);
        }
    }

    private JsonNode read(HttpResponse<byte[]> answer, String name) {
        JsonNode body;
        try {
            body = Json.read(answer.body());
        } catch (JacksonException e) {
            throw new CommandFailure.Usage("the API server answered no JSON about " + name, e);
        }
        if (answer.statusCode() >= 300) {
            throw new CommandFailure.Usage("the API server refused " + name + " with " + answer.statusCode() + ": "
                    + Json.text(body, "message"));
        }
        return body;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
