package dev.sallyport.servicekit;

import static dev.sallyport.testkit.http.HostileHttp.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.http.HostileHttp;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Hostile requests to a service of nothing but the kit: each is answered or refused as a problem, never by a fault. */
class RequestsFuzzTest {
    private static RunningService service;

    @BeforeAll
    static void start() {
        service = RunningService.start(Map.of("sallyport.request.max-body", "10KB"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @FuzzTest
    void whateverCountsAsATokenIsRecognisedInAnAddress() {
        SecureRandom random = new SecureRandom();
        Fuzz.target("token")
                .samples(
                        ApiTokens.mint(ApiTokens.AGENT, random),
                        ApiTokens.mint(ApiTokens.PERSON, random),
                        ApiTokens.mint(ApiTokens.SESSION, random))
                .refusing(IllegalArgumentException.class)
                .run(input -> {
                    String token = new String(input, ISO_8859_1);
                    if (!ApiTokens.isWellFormed(token)) {
                        throw new IllegalArgumentException("no token");
                    }
                    assertThat(ApiTokens.occurIn(token)).isTrue();
                    assertThat(ApiTokens.isSession(token)).isEqualTo(token.startsWith("sp_ses_"));
                });
    }

    @FuzzTest
    void requestsFromOutsideAreAnswered() {
        String bearer = "Authorization: Bearer " + TinyService.OPERATOR_TOKEN;
        Fuzz.target("kit-requests")
                .samples(
                        request("GET", "/v1/resolve", bearer + "\nAccept: application/json\nPrefer: wait=0", ""),
                        request(
                                "GET",
                                "/v1/stored?text=%20d",
                                "Cookie: a=b; sp_session=" + TinyService.SESSION + "; c=\"d\"",
                                ""),
                        request(
                                "GET",
                                "/actuator/health/liveness",
                                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                ""))
                .words(
                        "POST /v1/resolve",
                        "Content-Type: application/json\n\n{\"name\":\"x\"}",
                        "Origin: http://localhost",
                        "Sec-Fetch-Site: cross-site",
                        "Transfer-Encoding: chunked",
                        "Expect: 100-continue",
                        "/internal/v1/services",
                        "%2e%2e",
                        ";a=b")
                .refusing(HostileHttp.Refused.class)
                .rounds(400)
                .longest(30_000)
                .run(HostileHttp.plain(URI.create(service.open("/")).getPort(), RequestsFuzzTest::anything));
    }

    @FuzzTest
    void requestsFromInsideAreAnswered() {
        Fuzz.target("kit-internal")
                .samples(request("GET", "/internal/v1/services", "Accept: application/json", ""))
                .words("/internal/v1/anybody", "/internal/v1/nodes", "/actuator/prometheus", "Authorization: Bearer x")
                .refusing(HostileHttp.Refused.class)
                .rounds(150)
                .longest(30_000)
                .run(HostileHttp.tls(
                        Client.of("vault-service"),
                        URI.create(service.internal("/")).getPort(),
                        RequestsFuzzTest::anything));
    }

    /** Without a version it is HTTP/0.9, whose answers have no headers. */
    @Test
    void whatIsNoRequestOfHttp11IsRefusedAsAProblem() throws IOException, HostileHttp.Refused {
        HostileHttp http = HostileHttp.plain(URI.create(service.open("/")).getPort(), RequestsFuzzTest::anything);
        assertThat(sent(http, "GET /actuator/health/liveness HTTP/1.1").status())
                .as("control")
                .isEqualTo(200);
        HostileHttp.Answer old = sent(http, "GET /actuator/health/liveness");
        assertThat(old.status()).isEqualTo(505);
        assertThat(old.body()).contains("\"code\":\"HTTP_VERSION\"");
        for (String line : new String[] {
            "GE(T /actuator/health/liveness HTTP/1.1",
            "GET /actuator/health/liveness HTTP/7.0",
            "GET /actuator/health/<liveness> HTTP/1.1"
        }) {
            HostileHttp.Answer answer = sent(http, line);
            assertThat(answer.status()).as(line).isIn(400, 505);
            assertThat(answer.head()).as(line).contains("application/problem+json");
            assertThat(answer.body()).as(line).contains("\"code\":\"").doesNotContain("<html", "liveness");
        }
    }

    private static HostileHttp.Answer sent(HostileHttp http, String line) throws IOException, HostileHttp.Refused {
        return http.send((line + "\n\n").getBytes(ISO_8859_1));
    }

    private static void anything(HostileHttp.Answer answer) {}
}
