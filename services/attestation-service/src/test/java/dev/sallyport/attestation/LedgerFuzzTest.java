package dev.sallyport.attestation;

import static dev.sallyport.testkit.http.HostileHttp.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.http.HostileHttp;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/** Hostile requests to the running ledger: each is answered, and never by a fault. */
class LedgerFuzzTest {
    private static RunningLedger ledger;

    @BeforeAll
    static void start() {
        ledger = RunningLedger.start();
        // Until the log has published its first checkpoint, even good requests are answered 503.
        await().atMost(Traffic.SOON).until(() -> ledger.get("/checkpoint", "").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        ledger.close();
    }

    @FuzzTest
    void auditorsRequestsAreAnswered() {
        String bearer = "Authorization: Bearer " + TestCallers.AUDITOR;
        Fuzz.target("ledger-queries")
                .samples(
                        request(
                                "GET",
                                "/v1/entries?proposal_id=01JD0000000000000000000001&principal=agent:a&tool=echo"
                                        + "&decision=allow&rule=r&code=ALLOWED&session_id=s&run_id=r&type=tool-proposed"
                                        + "&from=2026-11-21T10:00:00.000Z&to=2026-11-22T10:00:00.000Z&limit=7&after=3",
                                bearer,
                                ""),
                        request(
                                "GET",
                                "/v1/entries?approver=person:op&decision=denied&to=2026-11-22&limit=1",
                                bearer,
                                ""),
                        request("GET", "/v1/entries?event=call-ended&outcome=succeeded&from=2026-11-22", bearer, ""))
                .words(
                        "/v1/entries/0",
                        "/v1/entries/0/proof",
                        "/v1/proofs/" + "0".repeat(64),
                        "/v1/consistency?from=0&to=1",
                        "/v1/cases/01JD0000000000000000000001?wait=0",
                        "/v1/cases/01JD0000000000000000000001/bundle",
                        "/checkpoint",
                        "/tile/0/000.p/1",
                        "/tile/entries/000",
                        "&after=",
                        "&limit=",
                        "&from=",
                        "2026-11-21T10:00:00.000Z")
                .refusing(HostileHttp.Refused.class)
                .rounds(350)
                .longest(30_000)
                .run(HostileHttp.plain(ledger.bean(TwoConnectors.class).publicPort(), LedgerFuzzTest::anything));
        assertThat(ledger.get("/v1/entries", TestCallers.AUDITOR).statusCode()).isEqualTo(200);
        assertThat(ledger.get("/v1/entries?=", TestCallers.AUDITOR).statusCode())
                .as("a parameter without a name")
                .isEqualTo(400);
    }

    @FuzzTest
    void askingForInclusionIsAnswered() {
        int port = Objects.requireNonNull(((WebServerApplicationContext) ledger.context()).getWebServer())
                .getPort();
        Fuzz.target("ledger-inclusion")
                .samples(request(
                        "POST",
                        "/internal/v1/inclusion",
                        "Content-Type: application/json",
                        "{\"digests\":[\"" + "ab".repeat(32) + "\",\"" + "cd".repeat(32) + "\"]}"))
                .refusing(HostileHttp.Refused.class)
                .rounds(150)
                .longest(150_000)
                .run(HostileHttp.tls(Client.of("policy-service"), port, LedgerFuzzTest::anything));
    }

    private static void anything(HostileHttp.Answer answer) {}
}
