package dev.sallyport.vault;

import static dev.sallyport.testkit.http.HostileHttp.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.servicekit.connector.TwoConnectors;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.http.HostileHttp;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/** Hostile requests to the running vault: each is answered, never by a fault, and what is refused leaves nothing. */
class VaultFuzzTest {
    private static final String JSON = "Content-Type: application/json";

    private static RunningVault vault;

    @BeforeAll
    static void start() {
        vault = RunningVault.start();
    }

    @AfterAll
    static void stop() {
        vault.close();
    }

    @FuzzTest
    void peoplesRequestsAreAnsweredAndRefusedOnesLeaveNothing() throws Exception {
        String bearer = "Authorization: Bearer " + TestAccess.OWNER;
        long[] versions = {count("secret_version")};
        Fuzz.target("vault-people")
                .samples(
                        request(
                                "PUT",
                                "/v1/secrets/api-key",
                                bearer
                                        + "\nContent-Type: application/octet-stream\n"
                                        + "Sallyport-Secret-Hosts: a.example, b.example\n"
                                        + "Sallyport-Secret-Deliveries: pipe, file\n"
                                        + "Sallyport-Secret-Principals: agent:a\n"
                                        + "Sallyport-Secret-Channels: api\n"
                                        + "Sallyport-Secret-Expires-At: 2036-11-21T10:00:00.000Z\n"
                                        + "Sallyport-Secret-Reads-Per-Minute: 7",
                                "a-value-of-some-length"),
                        request("GET", "/v1/secrets?after=a&limit=3", bearer, ""),
                        request("GET", "/v1/secrets", bearer, ""),
                        request(
                                "POST",
                                "/v1/join-tokens",
                                bearer + "\n" + JSON,
                                "{\"spiffe_path\":\"/executor/default/node-7\",\"dns_names\":[\"n7\"],"
                                        + "\"addresses\":[\"127.0.0.1\",\"::1\"]}"),
                        request(
                                "POST",
                                "/v1/certificates:revoke",
                                bearer + "\n" + JSON,
                                "{\"spiffe_id\":\"spiffe://"
                                        + TestFleet.shared().trust().trustDomain()
                                        + "/device/lost\",\"reason\":\"lost\",\"from_index\":0}"),
                        request("GET", "/v1/vault/status", bearer, ""))
                .words("vault://", "pipe", "proxy", "env", "limit=", "after=", "spiffe_id", "/service/", "/device/")
                .refusing(HostileHttp.Refused.class)
                .rounds(350)
                .longest(150_000)
                .run(HostileHttp.plain(vault.bean(TwoConnectors.class).publicPort(), answer -> {
                    long now = count("secret_version");
                    if (answer.refused()) {
                        assertThat(now).as("stored although refused").isEqualTo(versions[0]);
                    }
                    versions[0] = now;
                }));
        assertThat(vault.with(TestAccess.OWNER, "GET", "/v1/secrets", null).status())
                .isEqualTo(200);
    }

    @FuzzTest
    void policyServicesRequestsAreAnswered() {
        Fuzz.target("vault-resolve")
                .samples(request(
                        "POST",
                        "/internal/v1/secrets:resolve",
                        JSON,
                        "{\"workspace_id\":\"" + TestAccess.WORKSPACE
                                + "\",\"workspace_name\":\"default\",\"principal\":\"agent:a\",\"channel\":\"api\","
                                + "\"references\":[\"vault://default/api-key#1\",\"vault://default/none\"]}"))
                .words("vault://", "#2", "default/")
                .refusing(HostileHttp.Refused.class)
                .rounds(150)
                .longest(100_000)
                .run(HostileHttp.tls(Client.of("policy-service"), internalPort(), VaultFuzzTest::anything));
    }

    @FuzzTest
    void nodesAndNewcomersRequestsAreAnswered() throws Exception {
        Fuzz.target("vault-nodes")
                .samples(request("GET", "/internal/v1/denylist", "", ""))
                .words(
                        "POST /internal/v1/certificates:renew HTTP/1.1\n" + JSON + "\n\n{\"tls_csr\":\"x\"}",
                        "/internal/v1/secrets:redeem",
                        "/v1/certificates:join",
                        "{\"join_token\":\"sp_join_x\",\"tls_csr\":\"-----BEGIN CERTIFICATE REQUEST-----\"}",
                        "{\"reference\":\"vault://w/n\",\"client_nonce\":\"0123456789abcdef\","
                                + "\"started_record\":\"e30=\"}")
                .refusing(HostileHttp.Refused.class)
                .rounds(150)
                .longest(100_000)
                .run(HostileHttp.tls(Client.of("node-default-node-1"), internalPort(), VaultFuzzTest::anything));
    }

    private static void anything(HostileHttp.Answer answer) {}

    private static int internalPort() {
        return Objects.requireNonNull(((WebServerApplicationContext) vault.context()).getWebServer())
                .getPort();
    }

    private static long count(String table) {
        return vault.jdbc()
                .sql("select count(*) from " + table)
                .query(Long.class)
                .single();
    }
}
