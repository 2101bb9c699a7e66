package dev.sallyport.vault.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.vault.join.TokenReviews.Holder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whose token it is, as an API server tells over TLS. */
class TokenReviewsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Path AUTHORITIES =
            TestFleet.shared().tls("vault-service").authorities();

    @TempDir
    Path folder;

    private final HttpsServer server;
    private String status = "";
    private int answer = 201;

    TokenReviewsTest() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("token"), "our-own\n");
        server.setHttpsConfigurator(new HttpsConfigurator(
                TlsContexts.of(IdentityDirectory.load(TestFleet.shared().identity("vault-service"), Instant.now()))));
        server.createContext("/apis/authentication.k8s.io/v1/tokenreviews", exchange -> {
            JsonNode asked = JSON.readTree(exchange.getRequestBody().readAllBytes());
            boolean expected = asked.at("/spec/token").asString().equals("theirs")
                    && asked.at("/spec/audiences/0").asString().equals("sallyport")
                    && exchange.getRequestHeaders().getFirst("Authorization").equals("Bearer our-own");
            byte[] body = "{\"status\":%s}".formatted(status).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(expected ? answer : 400, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aTokenForOurAudienceIsItsServiceAccountsAndPods() {
        status = """
                {"authenticated":true,"audiences":["sallyport"],
                 "user":{"username":"system:serviceaccount:fleet:node",
                         "extra":{"authentication.kubernetes.io/pod-name":["node-0"]}}}""";
        assertThat(reviews(AUTHORITIES).review("theirs")).contains(new Holder("fleet/node", "node-0"));
    }

    @Test
    void aTokenForAnotherAudienceOrOfNobodyDoesNotCount() {
        TokenReviews reviews = reviews(AUTHORITIES);
        for (String told : new String[] {
            "{\"authenticated\":false,\"error\":\"expired\"}",
            "{\"authenticated\":true,\"audiences\":[\"api\"],"
                    + "\"user\":{\"username\":\"system:serviceaccount:fleet:node\"}}",
            "{\"authenticated\":true,\"audiences\":[\"sallyport\"],\"user\":{\"username\":\"system:node:a\"}}",
            "{}",
        }) {
            status = told;
            assertThat(reviews.review("theirs")).as(told).isEmpty();
        }
        assertThat(reviews.review(" ")).isEmpty();
    }

    @Test
    void noAnswerThatCountsIsOurTroubleAndNotTheCallers() throws IOException {
        Path noCertificate = Files.writeString(folder.resolve("ca.crt"), "no certificate");
        status = "{}";
        assertUnavailable(reviews(noCertificate));
        assertUnavailable(reviews(folder.resolve("missing")));
        assertUnavailable(reviews(AUTHORITIES, "https://localhost:1"));
        answer = 403;
        assertUnavailable(reviews(AUTHORITIES));
        answer = 201;
        status = "{";
        assertUnavailable(reviews(AUTHORITIES));
    }

    private static void assertUnavailable(TokenReviews reviews) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> reviews.review("theirs"))
                .satisfies(problem -> assertThat(problem.code()).isEqualTo("TOKEN_REVIEW_UNAVAILABLE"));
    }

    private TokenReviews reviews(Path caFile) {
        return reviews(caFile, "https://localhost:" + server.getAddress().getPort());
    }

    private TokenReviews reviews(Path caFile, String apiServer) {
        return new TokenReviews(new KubernetesProperties(
                Map.of(), "sallyport", URI.create(apiServer), folder.resolve("token"), caFile));
    }
}
