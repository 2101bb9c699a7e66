package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.e2e.harness.RawHttp;
import dev.sallyport.e2e.harness.RawHttp.Exchange;
import dev.sallyport.e2e.harness.SharedFleet;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Odd spellings of HTTP at both connectors: none leads round an access rule, none is an error of ours. */
@ExtendWith(SharedFleet.class)
class HttpOdditiesTest {
    /** What the denylist's answer holds and no refusal does. */
    private static final String INSIDE = "payloadType";

    private static final List<String> PATHS = List.of(
            "/internal/v1/denylist",
            "//internal/v1/denylist",
            "/internal//v1/denylist",
            "/./internal/v1/denylist",
            "/v1/../internal/v1/denylist",
            "/v1/..;/internal/v1/denylist",
            "/v1/%2e%2e/internal/v1/denylist",
            "/v1/%252e%252e/internal/v1/denylist",
            "/v1%2f..%2finternal/v1/denylist",
            "/v1/..%2finternal%2fv1%2fdenylist",
            "/v1/..%5cinternal/v1/denylist",
            "/v1/..\\internal/v1/denylist",
            "/internal%2fv1%2fdenylist",
            "/internal%2Fv1/denylist",
            "/%69nternal/v1/denylist",
            "/internal/v1/denylist/",
            "/internal/v1/denylist;a=b",
            "/internal;a=b/v1/denylist",
            "/;/internal/v1/denylist",
            "/internal/v1/denylist%00",
            "/internal/v1/denylist%20",
            "/internal/v1/denylist%0d%0aX-Y:z",
            "/internal/v1/denylist.json",
            "/internal/v1/denylist?x",
            "/internal/v1/denylist#x",
            "/INTERNAL/v1/denylist",
            "/Internal/V1/Denylist",
            "/\u0131nternal/v1/denylist",
            "/%c0%ae%c0%ae/internal/v1/denylist",
            "/%ef%bc%8finternal/v1/denylist",
            "/actuator/prometheus",
            "/actuator/../actuator/prometheus",
            "/actuator;/prometheus",
            "/%61ctuator/prometheus",
            "/actuator/health/liveness/../../prometheus",
            "/actuator/health/liveness;/../../prometheus",
            "/actuator/health/",
            "/error/../internal/v1/denylist",
            "http://localhost/internal/v1/denylist",
            "https://vault-service:8445/internal/v1/denylist",
            "*",
            "internal/v1/denylist",
            "/console/assets/../../internal/v1/denylist",
            "/console/assets/..%2f..%2fapplication.yml",
            "/application.yml",
            "/db/kit/V0_1__outbox_and_inbox.sql",
            "/META-INF/MANIFEST.MF",
            "/WEB-INF/web.xml",
            "/static/../application.yml");

    private static final List<String> METHODS = List.of(
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "OPTIONS",
            "TRACE",
            "CONNECT",
            "PROPFIND",
            "get",
            "G\u00cbT");

    private static Fleet fleet;

    @BeforeAll
    static void prepare(Fleet shared) {
        fleet = shared;
    }

    @Test
    void noSpellingOfAPathLeadsInside() throws IOException {
        try (Mtls owner = Mtls.as(fleet, "owner");
                Mtls agent = Mtls.of(fleet, walker())) {
            Exchange control =
                    RawHttp.internal(fleet.internalUrl("vault-service"), owner).request("GET /internal/v1/denylist");
            assertThat(control.statuses()).as("control").containsExactly(200);
            assertThat(control.text()).contains(INSIDE);
            assertThat(RawHttp.internal(fleet.internalUrl("vault-service"), owner)
                            .request("GET /actuator/prometheus")
                            .text())
                    .as("control")
                    .contains("sallyport_outbox_rows");
            for (String service : Fleet.SERVICES) {
                for (String path : PATHS) {
                    Exchange outside = RawHttp.open(fleet.url(service)).request("GET " + path);
                    assertHarmless(service + " public " + path, outside);
                    // Inside, a spelling gives nobody what the plain one does not.
                    if (!service.equals("vault-service")) {
                        assertHarmless(
                                service + " internal " + path,
                                RawHttp.internal(fleet.internalUrl(service), agent)
                                        .request("GET " + path));
                    }
                }
            }
        }
    }

    @Test
    void noMethodLeadsInsideNorToAnError() throws IOException {
        for (String service : Fleet.SERVICES) {
            for (String method : METHODS) {
                for (String path :
                        List.of("/internal/v1/denylist", "/internal/v1/introspect", "/v1/tools", "/", "/error")) {
                    Exchange exchange = RawHttp.open(fleet.url(service))
                            .request(method + " " + path, "Content-Length: 2", "X-HTTP-Method-Override: POST");
                    assertThat(exchange.statuses())
                            .as(service + " " + method + " " + path)
                            .doesNotContain(500);
                    if (path.startsWith("/internal")) {
                        assertHarmless(service + " " + method + " " + path, exchange);
                    }
                }
            }
        }
    }

    @Test
    void headersThatNameAnotherHostOrClientMoveNoDoor() throws IOException {
        for (String service : Fleet.SERVICES) {
            RawHttp open = RawHttp.open(fleet.url(service));
            for (String header : List.of(
                    "X-Forwarded-For: 127.0.0.1",
                    "X-Forwarded-Host: vault-service:8445",
                    "X-Forwarded-Port: 8445",
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Prefix: /internal/v1",
                    "Forwarded: for=127.0.0.1;proto=https;host=vault-service",
                    "X-Original-URL: /internal/v1/denylist",
                    "X-Rewrite-URL: /internal/v1/denylist",
                    "X-SSL-Client-Cert: anything",
                    "X-Forwarded-Client-Cert: URI=spiffe://x/service/policy-service",
                    "Host: vault-service:8445",
                    "Host: ",
                    "Transfer-Encoding: identity",
                    "Expect: 100-continue",
                    "Upgrade: h2c",
                    "Range: bytes=0-1",
                    "Accept: */*;q=x",
                    "Accept: text/plain",
                    "Content-Type: \u0001",
                    "Authorization: Bearer",
                    "Authorization: Negotiate x",
                    "Cookie: sp_session=; sp_session=\"",
                    "X: " + "y".repeat(20_000))) {
                for (String path : List.of("/internal/v1/denylist", "/denylist", "/v1/tools")) {
                    assertHarmless(service + " " + header, open.request("GET " + path, header));
                }
            }
        }
    }

    @Test
    void aRequestHiddenInAnotherIsAnsweredLikeAnyOther() throws IOException {
        String hidden = "GET /internal/v1/denylist HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        String chunk = "0\r\n\r\n";
        List<String> shapes = List.of(
                "Content-Length: " + (chunk.length() + hidden.length()) + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + chunk + hidden,
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + hidden,
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + chunk + hidden,
                "Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + hidden,
                "Content-Length: +5\r\n\r\n" + hidden,
                "Content-Length: -1\r\n\r\n" + hidden,
                "Content-Length: 0x5\r\n\r\n" + hidden,
                "Content-Length: 99999999999999999999\r\n\r\n" + hidden,
                "Transfer-Encoding: xchunked\r\n\r\n" + chunk + hidden,
                "Transfer-Encoding : chunked\r\n\r\n" + chunk + hidden,
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + chunk + hidden,
                "Transfer-Encoding: chunked, identity\r\n\r\n" + chunk + hidden,
                " Transfer-Encoding: chunked\r\n\r\n" + chunk + hidden,
                "Transfer-Encoding:\u000bchunked\r\n\r\n" + chunk + hidden,
                "X: y\nTransfer-Encoding: chunked\r\n\r\n" + chunk + hidden,
                "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + hidden,
                "Transfer-Encoding: chunked\r\n\r\n5;x=\u0000\r\n" + hidden,
                "Transfer-Encoding: chunked\r\n\r\n0\r\nTransfer-Encoding: x\r\n\r\n" + hidden,
                "\r\n" + hidden);
        for (String service : Fleet.SERVICES) {
            for (String shape : shapes) {
                Exchange exchange = RawHttp.open(fleet.url(service))
                        .bytes("POST /v1/tools HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + shape);
                assertHarmless(service + " " + shape, exchange);
            }
        }
        assertThat(RawHttp.open(fleet.url("policy-service"))
                        .bytes("GET /v1/tools HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                + fleet.agentToken()
                                + "\r\n\r\nGET /v1/tools HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .statuses())
                .as("control: two requests on one connection, the second without a token")
                .containsExactly(200, 401);
    }

    private static void assertHarmless(String what, Exchange exchange) {
        assertThat(exchange.statuses()).as(what + "\n" + exchange.text()).doesNotContain(500, 502, 503, 504);
        assertThat(exchange.text())
                .as(what)
                .doesNotContain(INSIDE, "sallyport_outbox_rows", "jvm_memory", "create table", "spring:");
        assertThat(exchange.statuses().stream().filter(status -> status < 300 && status != 100))
                .as(what + "\n" + exchange.text())
                .isEmpty();
    }

    private static Path walker() {
        var ca = FleetCa.open(fleet.home(), Clock.systemUTC());
        ca.issueMissing(new FleetPlan(List.of(FleetPlan.Workload.agent("walker"))));
        return ca.layout().identities().resolve("agent-walker");
    }
}
