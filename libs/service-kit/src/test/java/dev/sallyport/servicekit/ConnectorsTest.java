package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicekit.security.EndpointPermissionWalk;
import dev.sallyport.servicekit.security.EndpointPermissionWalk.Endpoint;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.OddCertificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.core.userdetails.UserDetailsService;
import tools.jackson.databind.json.JsonMapper;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectorsTest {
    private static final String TRUST_DOMAIN = TestFleet.shared().trust().trustDomain();
    private static final String SERVICES = "/internal/v1/services";

    private RunningService service;
    private final Client agent = Client.anonymous();

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("sallyport.request.max-body", "10KB", "sallyport.instance", "i-1"));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aServiceNamedAtTheEndpointIsAdmittedAndAnotherIsNot() throws IOException {
        HttpResponse<String> named = Client.of("vault-service").get(service.internal(SERVICES));
        assertThat(named.statusCode()).isEqualTo(200);
        assertThat(named.body()).isEqualTo("vault-service");
        assertRefused(Client.of("approval-service").get(service.internal(SERVICES)), 403, "CALLER_NOT_ADMITTED");
        assertRefused(Client.of("node-default-node-1").get(service.internal(SERVICES)), 403, "CALLER_NOT_ADMITTED");
        assertRefused(Client.of("owner").get(service.internal(SERVICES)), 403, "CALLER_NOT_ADMITTED");
    }

    @Test
    void nodesAndEverybodyOfTheFleetAreAdmittedWhereTheEndpointSaysSo() throws IOException {
        assertThat(Client.of("node-default-node-1")
                        .get(service.internal("/internal/v1/nodes"))
                        .body())
                .endsWith("/executor/default/node-1");
        assertRefused(
                Client.of("vault-service").get(service.internal("/internal/v1/nodes")), 403, "CALLER_NOT_ADMITTED");
        for (String identity : new String[] {"kafka", "owner", "node-default-node-1", "approval-service"}) {
            assertThat(Client.of(identity)
                            .get(service.internal("/internal/v1/anybody"))
                            .statusCode())
                    .as(identity)
                    .isEqualTo(200);
        }
    }

    @Test
    void withoutACertificateTheInternalConnectorShakesNoHand() {
        assertThatThrownBy(() -> agent.get(service.internal(SERVICES))).isInstanceOf(IOException.class);
    }

    @Test
    void aCertificateOfAnotherFleetIsRefusedInTheHandshake(@TempDir Path dir) {
        FleetCa other = FleetCa.init(dir.resolve("other"), FleetPlan.oneMachine(), Clock.systemUTC());
        Client foreign = Client.of(other.layout().identities().resolve("vault-service"));
        assertThatThrownBy(() -> foreign.get(service.internal(SERVICES))).isInstanceOf(IOException.class);
    }

    @Test
    void anExpiredCertificateIsRefusedInTheHandshakeAndTheSameOneInTimeIsNot() throws IOException {
        String id = "spiffe://" + TRUST_DOMAIN + "/service/vault-service";
        Client expired = Client.with(OddCertificates.of(Instant.now().minus(Duration.ofDays(2)), id), "TLSv1.3");
        assertThatThrownBy(() -> expired.get(service.internal(SERVICES))).isInstanceOf(IOException.class);
        Client inTime = Client.with(OddCertificates.of(Instant.now().minus(Duration.ofMinutes(1)), id), "TLSv1.3");
        assertThat(inTime.get(service.internal(SERVICES)).statusCode()).isEqualTo(200);
    }

    @Test
    void oddNamesInACertificateAreForbiddenAndNeverAnError() throws IOException {
        String good = "spiffe://" + TRUST_DOMAIN + "/service/vault-service";
        String[][] odd = {
            {good, "spiffe://" + TRUST_DOMAIN + "/service/policy-service"},
            {good, good},
            {"spiffe://elsewhere.example/service/vault-service"},
            {"https://example.org/vault-service"},
            {"spiffe://" + TRUST_DOMAIN + "/service/"},
            {"spiffe://" + TRUST_DOMAIN + "/admin/vault-service"},
            {}
        };
        for (String[] uris : odd) {
            Client client =
                    Client.with(OddCertificates.of(Instant.now().minus(Duration.ofMinutes(1)), uris), "TLSv1.3");
            for (String path : new String[] {SERVICES, "/internal/v1/anybody", "/v1/resolve", "/v1/freeze"}) {
                assertRefused(client.get(service.internal(path)), path.equals("/v1/freeze") ? 405 : 403, null);
            }
        }
    }

    @Test
    void aCertificateThatEndsIsRefusedOnTheConnectionThatItOpened() throws IOException {
        Instant end = Instant.now().plus(Duration.ofSeconds(4));
        Client ending = Client.with(
                OddCertificates.of(
                        end.minus(Duration.ofDays(1)), "spiffe://" + TRUST_DOMAIN + "/service/vault-service"),
                "TLSv1.3");
        assertThat(ending.get(service.internal(SERVICES)).statusCode()).isEqualTo(200);
        // No new handshake would succeed by then, so that an answer at all comes over the first connection.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> ending.get(service.internal(SERVICES)).statusCode() != 200);
        assertRefused(ending.get(service.internal(SERVICES)), 403, "CERTIFICATE_EXPIRED");
        assertThat(ending.get(service.internal("/actuator/health/liveness")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void noCredentialIsLookedAtWhereNoneIsAskedFor() throws IOException {
        for (String path : new String[] {"/console/page", "/actuator/health/liveness"}) {
            assertThat(agent.get(service.open(path), "Authorization", "Bearer nonsense", "Authorization", "x")
                            .statusCode())
                    .isEqualTo(200);
        }
        assertRefused(agent.get(service.open("/v1/nothing"), "Authorization", "x"), 404, "NOT_FOUND");
        assertRefused(agent.get(service.open("/v1/freeze"), "Authorization", "x"), 405, "METHOD_NOT_ALLOWED");
        Client twoNames = Client.with(
                OddCertificates.of(
                        Instant.now().minus(Duration.ofMinutes(1)),
                        "spiffe://" + TRUST_DOMAIN + "/service/vault-service",
                        "spiffe://" + TRUST_DOMAIN + "/service/policy-service"),
                "TLSv1.3");
        assertThat(twoNames.get(service.internal("/actuator/health/liveness")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void nothingIsKeptBetweenRequestsAndThereIsNoDefaultUser() throws IOException {
        String[] session = {"Cookie", "sp_session=" + TinyService.SESSION};
        for (HttpResponse<String> answer : List.of(
                agent.get(service.open("/v1/resolve"), session),
                agent.get(service.open("/v1/resolve"), "Authorization", "Bearer " + TinyService.OPERATOR_TOKEN),
                agent.get(service.open("/v1/resolve")),
                agent.get(service.open("/console/page")),
                agent.get(service.open("/login")),
                agent.get(service.open("/.well-known/oauth-protected-resource")),
                Client.of("vault-service").get(service.internal(SERVICES)))) {
            assertThat(answer.headers().map()).doesNotContainKeys("set-cookie", "x-powered-by", "location");
        }
        assertThat(agent.get(service.open("/login")).statusCode()).isEqualTo(404);
        assertThat(service.context().getBeanNamesForType(UserDetailsService.class))
                .isEmpty();
    }

    @Test
    void everyAnswerSaysWhatABrowserMayDoWithIt() throws IOException {
        for (String path : new String[] {"/console/page", "/v1/resolve", "/v1/nothing", "//", "/v1/resolve?token=x"}) {
            HttpHeaders headers = agent.get(service.open(path)).headers();
            assertThat(headers.firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'", "frame-ancestors 'none'");
            assertThat(headers.allValues("Cache-Control")).as(path).containsExactly("no-store");
            assertThat(headers.allValues("X-Content-Type-Options")).as(path).containsExactly("nosniff");
            assertThat(headers.allValues("X-Frame-Options")).as(path).containsExactly("DENY");
            assertThat(headers.allValues("Referrer-Policy")).as(path).containsExactly("no-referrer");
            assertThat(headers.allValues("Cross-Origin-Opener-Policy")).as(path).containsExactly("same-origin");
            assertThat(headers.allValues("Cross-Origin-Resource-Policy"))
                    .as(path)
                    .containsExactly("same-origin");
            assertThat(headers.allValues("Permissions-Policy")).as(path).hasSize(1);
        }
    }

    @Test
    void aPagesFormNeedsItsTokenAndAnApiCallDoesNot() throws IOException {
        String cookie = "sp_session=" + TinyService.SESSION;
        String[] own = {"Cookie", cookie, "Sec-Fetch-Site", "same-origin"};
        assertRefused(agent.post(service.open("/console/change"), "", own), 403, "FORM_TOKEN_REFUSED");
        assertRefused(agent.post(service.open("/console/change"), ""), 401, "UNAUTHENTICATED");
        assertRefused(
                agent.post(
                        service.open("/console/change"), "", "Authorization", "Bearer " + TinyService.OPERATOR_TOKEN),
                403,
                "FORM_TOKEN_REFUSED");
        assertThat(agent.post(service.open("/v1/resolve"), "{\"name\":\"a\",\"count\":1}", own)
                        .statusCode())
                .isEqualTo(200);
        String token = "a-random-token";
        String[] form = {"Cookie", cookie + "; XSRF-TOKEN=" + token, "X-XSRF-TOKEN", token, "Sec-Fetch-Site", ""};
        form[5] = "same-origin";
        assertThat(agent.post(service.open("/console/change"), "", form).body()).isEqualTo("person:ada");
        form[5] = "same-site";
        assertRefused(agent.post(service.open("/console/change"), "", form), 403, "FORM_TOKEN_REFUSED");
    }

    @Test
    void onlyTls13IsSpoken() {
        Client old = Client.with(
                IdentityDirectory.load(TestFleet.shared().identity("vault-service"), Instant.now())
                        .tls(),
                "TLSv1.2");
        assertThatThrownBy(() -> old.get(service.internal(SERVICES))).isInstanceOf(IOException.class);
    }

    @Test
    void aTokenCountsOnBothConnectorsAndOnlyWithItsPermission() throws IOException {
        String bearer = "Bearer " + TinyService.OPERATOR_TOKEN;
        assertThat(agent.get(service.open("/v1/resolve"), "Authorization", bearer)
                        .body())
                .isEqualTo("{\"principal\":\"person:ada\"}");
        assertThat(Client.of("owner")
                        .get(service.internal("/v1/resolve"), "Authorization", bearer)
                        .statusCode())
                .isEqualTo(200);
        assertRefused(
                agent.get(service.open("/v1/resolve"), "Authorization", "Bearer " + TinyService.AGENT_TOKEN),
                403,
                "PERMISSION_MISSING");
        assertRefused(agent.get(service.open("/v1/resolve")), 401, "UNAUTHENTICATED");
        String typo = TinyService.OPERATOR_TOKEN.substring(0, 20) + "x" + TinyService.OPERATOR_TOKEN.substring(21);
        for (String wrong : new String[] {"Bearer " + typo, "Bearer ", "Basic " + typo, "Bearer sp_usr_1_2", "x"}) {
            assertRefused(agent.get(service.open("/v1/resolve"), "Authorization", wrong), 401, "UNAUTHENTICATED");
        }
        assertThat(agent.get(service.open("/v1/resolve"), "Authorization", "Bearer " + typo)
                        .body())
                .contains("mistyped");
        String unknown = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());
        assertThat(agent.get(service.open("/v1/resolve"), "Authorization", "Bearer " + unknown)
                        .body())
                .contains("expired, was revoked");
        assertRefused(
                agent.get(service.open("/v1/resolve"), "Authorization", bearer, "Authorization", bearer),
                401,
                "UNAUTHENTICATED");
    }

    @Test
    void whileTheDatabaseDoesNotSayWhoBearsATokenNobodyGetsInAndIsToldToComeAgain() throws IOException {
        HttpResponse<String> answer =
                agent.get(service.open("/v1/resolve"), "Authorization", "Bearer " + TinyService.UNANSWERED_TOKEN);
        assertRefused(answer, 503, "DATABASE_UNAVAILABLE");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(agent.get(service.open("/v1/resolve"), "Authorization", "Bearer " + TinyService.OPERATOR_TOKEN)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aTokenInTheQueryIsRefusedWhateverElseIsSent() throws IOException {
        String bearer = "Bearer " + TinyService.OPERATOR_TOKEN;
        for (String query : new String[] {
            "token=" + TinyService.OPERATOR_TOKEN,
            "x=1&access_token=abc",
            "Api_Key=abc",
            "x=1%26TOKEN=abc",
            "q=%73p_usr_" + TinyService.OPERATOR_TOKEN.substring(7)
        }) {
            assertRefused(
                    agent.get(service.open("/v1/resolve?" + query), "Authorization", bearer), 400, "TOKEN_IN_QUERY");
        }
        assertThat(agent.get(service.open("/v1/stored?text=1"), "Authorization", bearer)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatAnEndpointDoesNotKnowIsRefusedWithWhatItKnows() throws IOException {
        String[] bearer = {"Authorization", "Bearer " + TinyService.OPERATOR_TOKEN};
        for (String query : List.of("q=1", "=", "text=1&txet=2", "Text=1", "text=1&q", "te%78t=1&%71=1")) {
            HttpResponse<String> refused = agent.get(service.open("/v1/stored?" + query), bearer);
            assertRefused(refused, 400, "INVALID_REQUEST");
            assertThat(refused.body()).as(query).contains("The query parameters are: text.");
        }
        assertThat(agent.get(service.open("/v1/resolve?q=1"), bearer).body())
                .contains("`q` is not known here", "takes no query parameters");
        for (String known :
                List.of("/v1/stored?te%78t=1", "/v1/stored?text=1&", "/v1/held?waiting=true", "/v1/resolve?")) {
            assertThat(agent.get(service.open(known), bearer).statusCode())
                    .as(known)
                    .isEqualTo(200);
        }
        assertThat(agent.get(service.open("/v1/stored?txet=1")).statusCode())
                .as("who may not call learns nothing")
                .isEqualTo(401);
        assertRefused(agent.get(service.open("/v1/held?waiting=perhaps"), bearer), 400, "INVALID_REQUEST");
        assertThat(agent.get(service.open("/v1/held?waiting=perhaps"), bearer).body())
                .contains("`true` or `false`");
    }

    @Test
    void aDeviceActsAsThePrincipalItIsBoundTo() throws IOException {
        assertThat(Client.of("owner").get(service.internal("/v1/resolve")).body())
                .contains("person:ada");
        Path unbound = TestFleet.shared().issue(FleetPlan.Workload.device("stray"));
        assertRefused(Client.of(unbound).get(service.internal("/v1/resolve")), 403, "CERTIFICATE_NOT_BOUND");
        assertRefused(Client.of("vault-service").get(service.internal("/v1/resolve")), 403, "CALLER_NOT_ADMITTED");
    }

    @Test
    void anOwnersDeviceIsAdmittedByItsCertificateAloneWhereTheEndpointSaysSo() throws IOException {
        assertThat(Client.of("owner").post(service.internal("/v1/freeze"), "").statusCode())
                .isEqualTo(200);
        Path other = TestFleet.shared().issue(FleetPlan.Workload.device("other"));
        assertRefused(Client.of(other).post(service.internal("/v1/freeze"), ""), 403, "CERTIFICATE_NOT_BOUND");
        assertRefused(
                agent.post(service.open("/v1/freeze"), "", "Authorization", "Bearer " + TinyService.OPERATOR_TOKEN),
                403,
                "PERMISSION_MISSING");
    }

    @Test
    void whatIsInternalIsNotServedOnThePublicConnectorNorPagesOnTheInternalOne() throws IOException {
        for (String path : new String[] {
            SERVICES,
            "/internal/v1/anybody",
            "/actuator/prometheus",
            "/actuator",
            "/actuator/health",
            "/./internal/v1/services",
            "/v1/../internal/v1/services"
        }) {
            assertThat(agent.get(service.open(path)).statusCode()).as(path).isEqualTo(404);
        }
        for (String path : new String[] {"/internal/v1/services;x=1", "//internal/v1/services"}) {
            assertRefused(agent.get(service.open(path)), 400, "AMBIGUOUS_PATH");
        }
        assertThat(agent.get(service.open("/internal%2Fv1/services")).statusCode())
                .isBetween(400, 404);
        assertThat(agent.get(service.open("/console/page")).body()).isEqualTo("nobody");
        assertRefused(Client.of("owner").get(service.internal("/console/page")), 404, "NOT_FOUND");
        assertThat(Client.of("owner")
                        .get(service.internal("/actuator/prometheus"))
                        .body())
                .contains("sallyport_outbox_rows");
    }

    @Test
    void livenessAndReadinessAreOpenAndTellNothing() throws IOException {
        assertThat(agent.get(service.open("/actuator/health/liveness")).body()).isEqualTo("{\"status\":\"UP\"}");
        HttpResponse<String> ready = agent.get(service.open("/actuator/health/readiness"));
        assertThat(ready.body()).isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void probesNameTheInstanceAndNothingElseDoes() throws IOException {
        assertThat(agent.get(service.open("/actuator/health/readiness"))
                        .headers()
                        .firstValue("Sallyport-Instance"))
                .contains("i-1");
        assertThat(agent.get(service.open("/console/page")).headers().firstValue("Sallyport-Instance"))
                .isEmpty();
    }

    @Test
    void aSessionCountsOnPagesAndForChangesOnlyFromTheServicesOwnPages() throws IOException {
        String cookie = "sp_session=" + TinyService.SESSION;
        String body = "{\"name\":\"a\",\"count\":1}";
        assertThat(agent.get(service.open("/v1/resolve"), "Cookie", cookie).statusCode())
                .isEqualTo(200);
        assertThat(agent.post(service.open("/v1/resolve"), body, "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
                        .statusCode())
                .isEqualTo(200);
        assertRefused(
                agent.post(service.open("/v1/resolve"), body, "Cookie", cookie, "Sec-Fetch-Site", "cross-site"),
                403,
                "FOREIGN_ORIGIN");
        assertRefused(
                agent.post(service.open("/v1/resolve"), body, "Cookie", cookie, "Origin", "http://evil.example"),
                403,
                "FOREIGN_ORIGIN");
        assertRefused(agent.post(service.open("/v1/resolve"), body, "Cookie", cookie), 403, "FOREIGN_ORIGIN");
    }

    @Test
    void aSessionIsNoTokenAndATokenNoSession() throws IOException {
        assertThat(agent.get(service.open("/v1/resolve"), "Cookie", "sp_session=" + TinyService.SESSION)
                        .statusCode())
                .isEqualTo(200);
        assertRefused(
                agent.get(service.open("/v1/resolve"), "Authorization", "Bearer " + TinyService.SESSION),
                401,
                "UNAUTHENTICATED");
        assertRefused(
                agent.get(service.open("/v1/resolve"), "Cookie", "sp_session=" + TinyService.OPERATOR_TOKEN),
                401,
                "UNAUTHENTICATED");
        Client bound = Client.of("vault-service");
        assertRefused(
                bound.get(service.internal("/v1/resolve"), "Cookie", "sp_session=" + TinyService.SESSION),
                403,
                "CALLER_NOT_ADMITTED");
    }

    @Test
    void anEndpointThatDoesNotSayWhomItAdmitsAdmitsNobodyAndIsFound() throws IOException {
        assertRefused(
                agent.get(service.open("/v1/undeclared"), "Authorization", "Bearer " + TinyService.OPERATOR_TOKEN),
                403,
                "ENDPOINT_NOT_DECLARED");
        assertThat(EndpointPermissionWalk.undeclared(service.context()))
                .hasSize(4)
                .anySatisfy(endpoint -> assertThat(endpoint).contains("/v1/undeclared"))
                .anySatisfy(file -> assertThat(file).contains("/files/**"))
                .anySatisfy(route -> assertThat(route).contains("/v1/routed"))
                .anySatisfy(servlet -> assertThat(servlet).contains("/v1/servlet"));
        assertThatThrownBy(() -> EndpointPermissionWalk.verify(service.context()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("/v1/undeclared");
        assertThat(EndpointPermissionWalk.table(service.context()))
                .contains(
                        new Endpoint(
                                "GET",
                                "/internal/v1/services",
                                Set.of(ConnectorKind.INTERNAL),
                                "policy-service or vault-service"),
                        new Endpoint(
                                "POST",
                                "/v1/freeze",
                                Set.of(ConnectorKind.INTERNAL, ConnectorKind.PUBLIC),
                                "fleet.freeze or the owner's device"),
                        new Endpoint(
                                "GET", "/v1/undeclared", Set.of(ConnectorKind.INTERNAL, ConnectorKind.PUBLIC), null),
                        new Endpoint("ANY", "/error", Set.of(ConnectorKind.PUBLIC), "everybody who can connect"),
                        new Endpoint(
                                "GET",
                                "/actuator/prometheus",
                                Set.of(ConnectorKind.INTERNAL),
                                "any service or infrastructure or the owner's device"),
                        new Endpoint(
                                "GET",
                                "/actuator/health/liveness",
                                Set.of(ConnectorKind.INTERNAL, ConnectorKind.PUBLIC),
                                "everybody who can connect"));
    }

    @Test
    void staticFilesFunctionalRoutesAndOtherServletsAdmitNobody() throws IOException {
        String bearer = "Bearer " + TinyService.OPERATOR_TOKEN;
        for (String path : new String[] {"/files/kit/V0_1__outbox.sql", "/v1/routed", "/v1/servlet"}) {
            assertRefused(agent.get(service.open(path), "Authorization", bearer), 404, "NOT_FOUND");
            assertRefused(Client.of("owner").get(service.internal(path)), 404, "NOT_FOUND");
        }
    }

    @Test
    void metricsAreForServicesInfrastructureAndTheOwnerAlone() throws IOException {
        for (String path : new String[] {"/actuator/prometheus", "/actuator/health", "/actuator"}) {
            for (String admitted : new String[] {"owner", "kafka", "vault-service"}) {
                assertThat(Client.of(admitted).get(service.internal(path)).statusCode())
                        .as(admitted + " " + path)
                        .isEqualTo(200);
            }
            Path agentCertificate = TestFleet.shared().issue(FleetPlan.Workload.agent("curious"));
            Path device = TestFleet.shared().issue(FleetPlan.Workload.device("curious"));
            for (Path refused :
                    new Path[] {agentCertificate, device, TestFleet.shared().identity("node-default-node-1")}) {
                assertRefused(Client.of(refused).get(service.internal(path)), 403, "CALLER_NOT_ADMITTED");
            }
            Client twoNames = Client.with(
                    OddCertificates.of(
                            Instant.now().minus(Duration.ofMinutes(1)),
                            "spiffe://" + TRUST_DOMAIN + "/service/vault-service",
                            "spiffe://" + TRUST_DOMAIN + "/service/policy-service"),
                    "TLSv1.3");
            assertRefused(twoNames.get(service.internal(path)), 403, "CERTIFICATE_REFUSED");
            assertRefused(
                    agent.get(service.open(path), "Authorization", "Bearer " + TinyService.OPERATOR_TOKEN),
                    404,
                    "NOT_FOUND");
        }
    }

    @Test
    void badBodiesAreAnsweredWithTheFieldNamed() throws IOException {
        String bearer = "Bearer " + TinyService.OPERATOR_TOKEN;
        String[][] cases = {
            {"{\"name\":\"a\",\"count\":1,\"more\":2}", "INVALID_REQUEST", "more"},
            {"{\"name\":\"a\",\"count\":\"x\"}", "INVALID_REQUEST", "count"},
            {"{\"name\":\"\",\"count\":1}", "INVALID_REQUEST", "name"},
            {"{\"name\":\"a\",\"name\":\"b\"}", "MALFORMED_JSON", "name"},
            {"{\"name\":", "MALFORMED_JSON", ""},
            {"", "MALFORMED_BODY", ""}
        };
        for (String[] c : cases) {
            HttpResponse<String> answer = agent.post(service.open("/v1/resolve"), c[0], "Authorization", bearer);
            assertRefused(answer, 400, c[1]);
            assertThat(answer.body()).contains(c[2]).doesNotContain("java.");
        }
        assertThat(agent.post(service.open("/v1/resolve"), "{\"name\":\"a\",\"count\":1}", "Authorization", bearer)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBodyTooLargeIsRefusedWhetherItsLengthIsAnnouncedOrNot() throws IOException {
        String bearer = "Bearer " + TinyService.OPERATOR_TOKEN;
        String body = "{\"name\":\"" + "a".repeat(11_000) + "\",\"count\":1}";
        assertRefused(agent.post(service.open("/v1/resolve"), body, "Authorization", bearer), 413, "BODY_TOO_LARGE");
        HttpRequest.Builder chunked = HttpRequest.newBuilder(URI.create(service.open("/v1/resolve")))
                .header("Authorization", bearer)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
        assertRefused(agent.send(chunked), 413, "BODY_TOO_LARGE");
    }

    @Test
    void anUnexpectedErrorTellsNothingOfItself() throws IOException {
        HttpResponse<String> answer =
                agent.get(service.open("/v1/fails"), "Authorization", "Bearer " + TinyService.OPERATOR_TOKEN);
        assertRefused(answer, 500, "INTERNAL_ERROR");
        assertThat(answer.body()).doesNotContain("secret").doesNotContain("Exception");
    }

    @Test
    void aTextThatPostgresStoresNowhereIsTheRequestsFault() throws IOException {
        String[] operator = {"Authorization", "Bearer " + TinyService.OPERATOR_TOKEN};
        assertThat(agent.get(service.open("/v1/stored?text=a%01b"), operator).body())
                .isEqualTo("a\u0001b");
        assertRefused(agent.get(service.open("/v1/stored?text=a%00b"), operator), 400, "INVALID_REQUEST");
    }

    @Test
    void aTypeAsLongAsARequestMayBeIsNoFault() throws IOException {
        for (String type : new String[] {"application/json", "application/" + "x".repeat(15_000) + "+json"}) {
            HttpResponse<String> answer = agent.get(
                    service.open("/v1/resolve"),
                    "Authorization",
                    "Bearer " + TinyService.OPERATOR_TOKEN,
                    "Accept",
                    type);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("person:ada");
        }
    }

    /** A name that stays in memory once it was read would let whoever sends names fill it. */
    @Test
    void noNameThatSomebodySentIsKept() {
        JsonMapper mapper = service.bean(JsonMapper.class);
        WeakReference<String> name =
                new WeakReference<>(mapper.readTree("{\"name sent once\":1}".getBytes(StandardCharsets.UTF_8))
                        .propertyNames()
                        .iterator()
                        .next());
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
            System.gc();
            return name.get() == null;
        });
    }

    @Test
    void whatDoesNotExistAndWrongMethodsAreProblemsToo() throws IOException {
        assertRefused(agent.get(service.open("/v1/nothing")), 404, "NOT_FOUND");
        assertRefused(agent.get(service.open("/v1/freeze")), 405, "METHOD_NOT_ALLOWED");
        HttpResponse<String> any = agent.get(service.open("/v1/nothing"));
        assertThat(any.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(any.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void aBodyOfAnotherTypeIsRefusedWithTheTypesThatAreReadAndTheOneThatWasSent() {
        String bearer = "Bearer " + TinyService.OPERATOR_TOKEN;
        byte[] body = "{\"name\":\"a\",\"count\":1}".getBytes(StandardCharsets.UTF_8);
        String url = service.open("/v1/resolve");
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
            HttpResponse<byte[]> refused =
                    agent.exchange("POST", url, body, "Authorization", bearer, "Content-Type", type);
            assertThat(refused.statusCode()).as(type).isEqualTo(415);
            assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                    .contains("`Content-Type` must be ", "`application/json`", "the request has `" + type)
                    .contains("\"code\":\"UNSUPPORTED_MEDIA_TYPE\"");
        }
        HttpResponse<byte[]> untyped = agent.exchange("POST", url, body, "Authorization", bearer);
        assertThat(new String(untyped.body(), StandardCharsets.UTF_8))
                .contains("the request has `application/octet-stream`");
        assertThat(agent.exchange("POST", url, body, "Authorization", bearer, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void plainHttpOnAnAddressThatOthersReachStopsTheStart() {
        assertThatThrownBy(() -> RunningService.start(Map.of("sallyport.public.address", "0.0.0.0")))
                .rootCause()
                .hasMessageContaining("not a loopback address");
    }

    private static void assertRefused(
            HttpResponse<String> answer, int status, @org.jspecify.annotations.Nullable String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(answer.body())
                .contains("\"status\":" + status)
                .contains("\"type\":\"https://sallyport.dev/problems/");
        if (code != null) {
            assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
        }
    }
}
