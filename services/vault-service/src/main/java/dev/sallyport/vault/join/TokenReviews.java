package dev.sallyport.vault.join;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.servicekit.problem.ProblemException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the cluster's API server whose token it is (TokenReview, {@code authentication.k8s.io/v1}). Only a token that
 * was made for our audience counts. A token that a pod holds for the API server itself, or for another product, does
 * not.
 */
@Component
@EnableConfigurationProperties(KubernetesProperties.class)
class TokenReviews {
    private static final Logger log = LoggerFactory.getLogger(TokenReviews.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String USER = "system:serviceaccount:";
    private static final String POD = "authentication.kubernetes.io/pod-name";
    private static final int LONGEST_TOKEN = 16 * 1024;

    private final KubernetesProperties properties;
    private final JsonMapper json = JsonMapper.builder().build();

    TokenReviews(KubernetesProperties properties) {
        this.properties = properties;
    }

    /**
     * Whose token it is.
     *
     * @param account {@code <namespace>/<name>}
     * @param pod the pod that the token is bound to, null for one that is bound to none
     */
    record Holder(String account, @Nullable String pod) {}

    /**
     * The holder of a token that counts.
     *
     * @throws ProblemException 503 {@code TOKEN_REVIEW_UNAVAILABLE} when the API server does not answer
     */
    Optional<Holder> review(String token) {
        if (token.isBlank() || token.length() > LONGEST_TOKEN) {
            return Optional.empty();
        }
        JsonNode status = ask(token).path("status");
        boolean ours = status.path("audiences")
                .valueStream()
                .anyMatch(audience -> audience.asString("").equals(properties.audience()));
        String user = status.path("user").path("username").asString("");
        if (!status.path("authenticated").asBoolean(false) || !ours || !user.startsWith(USER)) {
            return Optional.empty();
        }
        String account = user.substring(USER.length()).replaceFirst(":", "/");
        JsonNode pod = status.path("user").path("extra").path(POD).path(0);
        return Optional.of(new Holder(account, pod.isString() ? pod.asString() : null));
    }

    private JsonNode ask(String token) {
        Map<String, ?> review = Map.of(
                "apiVersion", "authentication.k8s.io/v1",
                "kind", "TokenReview",
                "spec", Map.of("token", token, "audiences", List.of(properties.audience())));
        // The kubelet replaces the CA and our own token from time to time. Joining is rare, so both are read each time.
        try (HttpClient http = HttpClient.newBuilder()
                .connectTimeout(LIMIT)
                .sslContext(TlsContexts.of(null, Pem.certificates(Files.readAllBytes(properties.caFile()))))
                .build()) {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(
                                    properties.apiServer().resolve("/apis/authentication.k8s.io/v1/tokenreviews"))
                            .timeout(LIMIT)
                            .header("Content-Type", "application/json")
                            .header(
                                    "Authorization",
                                    "Bearer "
                                            + Files.readString(properties.tokenFile())
                                                    .strip())
                            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(review)))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 201 && answer.statusCode() != 200) {
                throw unavailable("the API server answered " + answer.statusCode(), null);
            }
            return json.readTree(answer.body());
        } catch (IOException | IdentityException | JacksonException e) {
            throw unavailable(e.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted", e);
        }
    }

    private static ProblemException unavailable(String why, @Nullable Exception cause) {
        log.warn("no TokenReview: {}", why);
        return ProblemException.unavailable(
                "TOKEN_REVIEW_UNAVAILABLE",
                "The cluster's API server did not answer about the token. Try again; vault-service's log says why.",
                cause);
    }
}
