package dev.sallyport.e2e.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.e2e.harness.People;
import dev.sallyport.e2e.harness.Repository;
import dev.sallyport.e2e.harness.SignIn;
import dev.sallyport.identity.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/** Plants values that must not be found again, and does with them everything that a fleet can be made to do. */
final class CanaryPlanting {
    private static final String NOISE = CanariesTest.NOISE;

    private final Fleet fleet;
    private final CanarySearch search;
    private final CanaryPlaces places;

    CanaryPlanting(Fleet fleet, CanarySearch search, CanaryPlaces places) {
        this.fleet = fleet;
        this.search = search;
        this.places = places;
    }

    /** Every kind of credential is made and used well and badly. */
    void everything(String argument) throws Exception {
        People people = new People(fleet);
        String token = canary("agent token", people.agent("canary").secret());
        String demo = canary("agent token of the start", fleet.agentToken());
        People.Token revoked = people.agent("canary-revoked");
        canary("revoked token", revoked.secret());
        String operator =
                canary("person token", people.person("canary", "operator").secret());
        String owner =
                canary("owner token", people.person("canary-owner", "owner").secret());
        String used = canary("used sign-in token", people.signInToken("canary"));
        canary("unused sign-in token", people.signInToken("canary"));
        String session = canary("session token", SignIn.with(fleet, used));
        assertThat(session).startsWith("sp_ses_");
        assertThat(SignIn.with(fleet, used)).as("a link works once").isEmpty();
        String never = canary("wrong sign-in token", fresh("sign-in"));
        assertThat(SignIn.with(fleet, never)).isEmpty();
        try (Mtls device = Mtls.as(fleet, "owner")) {
            Answer join = device.post(
                    fleet.internalUrl("vault-service") + "/v1/join-tokens",
                    "{\"spiffe_path\":\"/executor/default/canary\"}");
            assertThat(join.status()).as(join.toString()).isEqualTo(201);
            String joinToken = canary("join token", join.at("/join_token"));
            new Api(fleet.url("vault-service"), "")
                    .post(
                            "/v1/certificates:join",
                            "{\"join_token\":\"" + joinToken + "\",\"tls_csr\":\"x\"}",
                            Map.of());
        }
        secrets(owner);
        calls(token, operator, argument);
        new BadInput(fleet).with(List.of(token, demo, operator, session, used));
        people.revoke(revoked);
        assertThat(new Api(fleet.url("policy-service"), revoked.secret())
                        .get("/v1/tools")
                        .status())
                .isEqualTo(401);
        restart("vault-service");
        restart("policy-service");
        canary("sign-in token of the start", fleet.signInLink().replaceFirst(".*#", ""));
    }

    private void secrets(String owner) throws Exception {
        String value = canary("secret value", fresh("secret") + NOISE);
        // The command takes it from its standard input: while it waits, and after, no process list shows it.
        Process put = new ProcessBuilder(
                        Repository.root().resolve("bin/sallyport").toString(),
                        "vault",
                        "put",
                        "canary",
                        "--delivery",
                        "pipe")
                .redirectErrorStream(true)
                .redirectOutput(Files.createTempFile("canary-put", ".log").toFile())
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .directory(fleet.home().toFile())
                .start();
        try {
            put.getOutputStream().write(value.getBytes(StandardCharsets.UTF_8));
            put.getOutputStream().flush();
            places.process(put.pid());
            put.descendants().forEach(child -> places.process(child.pid()));
        } finally {
            put.destroy();
        }
        assertThat(fleet.cli()
                        .withInput(value, "vault", "put", "canary", "--delivery", "pipe")
                        .exitCode())
                .isZero();
        Api vault = new Api(fleet.url("vault-service"), owner);
        String second = canary("second secret value", fresh("second") + NOISE);
        assertThat(vault.put("/v1/secrets/canary", second.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(201);
        String deleted = canary("deleted secret value", fresh("deleted"));
        assertThat(vault.put("/v1/secrets/canary-gone", deleted.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(201);
        assertThat(vault.delete("/v1/secrets/canary-gone").status()).isEqualTo(204);
        String refused = canary("refused secret value", fresh("refused"));
        assertThat(vault.put("/v1/secrets/NOT%20A%20NAME", refused.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isBetween(400, 404);
        assertThat(vault.post("/v1/secrets/canary", refused, Map.of()).status()).isBetween(400, 415);
        assertThat(fleet.cli().run("vault", "verify").exitCode()).isZero();
        assertThat(fleet.cli().run("vault", "list").output()).contains("canary");
    }

    private void calls(String token, String operator, String argument) {
        Api agent = new Api(fleet.url("policy-service"), token);
        for (String body : List.of(
                "{\"tool\":\"echo\",\"arguments\":{\"text\":\"%s\"}}",
                "{\"tool\":\"process.run\",\"arguments\":{\"executable\":\"echo\",\"args\":[\"%s\"]}}",
                "{\"tool\":\"process.run\",\"arguments\":{\"executable\":\"curl\",\"args\":[\"%s\"]}}",
                "{\"tool\":\"fs.read\",\"arguments\":{\"path\":\"%s\"}}",
                "{\"tool\":\"fs.read\",\"arguments\":{\"path\":\"../%s\"}}",
                "{\"tool\":\"process.run\",\"arguments\":{\"executable\":\"echo\",\"args\":[\"%s\"]},\"secrets\":[\"canary\"]}")) {
            Answer ended = agent.post("/v1/proposals", body.formatted(argument), Map.of("Prefer", "wait=60"));
            assertThat(ended.at("/state/phase")).as(ended.toString()).isEqualTo("done");
        }
        approved(
                agent,
                operator,
                "{\"tool\":\"fs.write\",\"arguments\":{\"path\":\"c\",\"content\":\"%s\"}}".formatted(argument));
        cutShort(agent);
    }

    private void approved(Api agent, String operator, String body) {
        Answer waiting = agent.post("/v1/proposals", body, Map.of("Prefer", "wait=1"));
        assertThat(waiting.at("/state/phase")).as(waiting.toString()).isEqualTo("approve");
        Api approver = new Api(fleet.url("approval-service"), operator);
        String approval = Awaitility.await("the question's id")
                .atMost(Duration.ofMinutes(2))
                .until(
                        () -> agent.get("/v1/proposals/" + waiting.at("/proposal_id"))
                                .json()
                                .at("/approval/approval_id")
                                .asString(""),
                        found -> !found.isEmpty());
        Awaitility.await("the question")
                .atMost(Duration.ofMinutes(2))
                .until(() -> approver.get("/v1/approvals/" + approval).status() == 200);
        String digest = approver.get("/v1/approvals/" + approval).at("/prompt_digest");
        Answer answer = approver.post(
                "/v1/approvals/" + approval + ":approve", "{\"prompt_digest\":\"%s\"}".formatted(digest), Map.of());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        Answer ended = agent.get("/v1/proposals/" + waiting.at("/proposal_id") + "?wait=60");
        assertThat(ended.at("/state/phase")).as(ended.toString()).isEqualTo("done");
    }

    /** The node dies in the middle of a call. */
    private void cutShort(Api agent) {
        String id = agent.post("/v1/proposals", "{\"tool\":\"sleep\",\"arguments\":{\"ms\":600000}}", Map.of())
                .at("/proposal_id");
        Awaitility.await("the call to run")
                .atMost(Duration.ofMinutes(2))
                .until(() -> agent.get("/v1/proposals/" + id).at("/state/phase").equals("run"));
        FleetPart node = fleet.part(Fleet.FIRST_NODE);
        long before = node.pid();
        node.kill();
        Awaitility.await("the node to be back")
                .atMost(Duration.ofMinutes(4))
                .ignoreExceptions()
                .until(() -> node.pid() != before && node.state().equals("ready"));
        Awaitility.await("the call to be given up")
                .atMost(Duration.ofMinutes(4))
                .untilAsserted(() -> {
                    Answer call = agent.get("/v1/proposals/" + id);
                    assertThat(call.at("/state/phase")).as(call.toString()).isEqualTo("done");
                });
        assertThat(agent.get("/v1/proposals/" + id).at("/state/outcome")).isEqualTo("indeterminate");
    }

    private void restart(String service) {
        ProcessHandle victim = fleet.processes().stream()
                .filter(process ->
                        CanaryPlaces.cmdline(process.pid()).contains("/" + service + "/application.properties"))
                .findFirst()
                .orElseThrow();
        victim.destroyForcibly();
        Awaitility.await(service + " to be back")
                .atMost(Duration.ofMinutes(4))
                .ignoreExceptions()
                .until(() -> !victim.isAlive()
                        && new Api(fleet.url(service), "")
                                        .get("/actuator/health/readiness")
                                        .status()
                                == 200);
    }

    /** What the fleet itself made for itself. */
    void keysAndPasswords() throws IOException {
        for (Path file : CanaryPlaces.regularFiles(fleet.home())) {
            String name = fleet.home().relativize(file).toString();
            if (name.matches(".*/(database|superuser)-password")) {
                canary(
                        "password of " + name.replaceFirst("/.*", ""),
                        Fleet.read(file).strip());
            } else if (name.startsWith("identities/") && name.endsWith(".key") && !name.contains("/tls/../")) {
                search.with("key " + name, secretPart(Pem.privateKey(Files.readAllBytes(file))));
            } else if (name.matches("protector/.*\\.key|vault-service/.*\\.key|attestation-service/.*\\.key")) {
                search.with("key " + name, Files.readAllBytes(file));
            }
        }
    }

    /** The 32 bytes that are the secret. */
    private static byte[] secretPart(PrivateKey key) {
        if (key instanceof ECPrivateKey ec) {
            return HexFormat.of().parseHex("%064x".formatted(ec.getS()));
        }
        byte[] encoded = key.getEncoded();
        int at = new String(encoded, StandardCharsets.ISO_8859_1).indexOf("\4\42\4\40") + 4;
        return Arrays.copyOfRange(encoded, at, at + 32);
    }

    private String canary(String name, String value) {
        search.with(name, value);
        return value;
    }

    static String fresh(String name) {
        return "canary-" + name + "-" + UUID.randomUUID();
    }
}
