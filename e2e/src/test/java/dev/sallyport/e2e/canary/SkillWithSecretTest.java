package dev.sallyport.e2e.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Command;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.harness.Owner;
import dev.sallyport.e2e.harness.Repository;
import dev.sallyport.e2e.harness.SharedFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The example skill that asks a host with a secret, on a real node: people are asked, it is answered, it is proven. */
@ExtendWith(SharedFleet.class)
class SkillWithSecretTest {
    private static final String ID = "canary.fetch_item";
    private static final String TOOL = "skill.canary.fetch_item.item";
    private static final String HOST = "api.example.com";
    private static final String PROPOSAL =
            "{\"tool\":\"" + TOOL + "\",\"arguments\":{\"name\":\"tea\"},\"session_id\":\"tea\"}";

    @TempDir
    Path folder;

    @Test
    void aSkillAsksItsHostWithASecretThatItNeverHas(Fleet fleet) throws Exception {
        String value = CanaryPlanting.fresh("item");
        CanarySearch search = new CanarySearch().with("item secret", value);
        SecretCalls calls = new SecretCalls(fleet, folder);
        calls.put("api_token", value, "--delivery", "proxy", "--host", HOST);
        String packageDigest = enabled(fleet);
        Runnable undo = new Owner(fleet).configure(config -> {
            config.withArray("allowlisted_skills").add(ID);
            config.withObject("/wasm_runner").withArray("capabilities").add("http");
        });
        FleetPart first = fleet.part(Fleet.FIRST_NODE);
        try (WebNode node = WebNode.start(fleet, "default", "web-1", HOST)) {
            // Skills run on every node of the pool: the host is on this machine for one node alone.
            first.holdDown();
            first.terminate();
            first.awaitState("held");
            Answer answer = approved(fleet, calls.agent());

            assertThat(answer.at("/state/outcome")).as(answer.toString()).isEqualTo("succeeded");
            assertThat(answer.at("/result/value/text"))
                    .as("the server's echo")
                    .contains("GET /v1/items/tea HTTP/1.1", "Bearer [secret:api_token]")
                    .doesNotContain(value);
            assertThat(node.seen()).contains("Authorization: Bearer " + value);
            String call = answer.at("/proposal_id");
            JsonNode executed = new Calls(fleet).statement(call, "tool-executed/v1");
            assertThat(executed.at("/sandbox/facts").toString())
                    .contains("host_reached", HOST + " at ", "api_token#1 by proxy");
            proven(fleet, call, packageDigest);
            assertThat(SecretCalls.found(search, node)).isEmpty();
            assertThat(search.in(node.seen()))
                    .as("control: its host has it, and the search knows it")
                    .containsExactly("item secret");
        } finally {
            first.bringBack();
            undo.run();
        }
    }

    /** The call's end, once the person who is asked has seen what the skill asks for, and agreed. */
    private static Answer approved(Fleet fleet, Calls calls) {
        Answer waiting = calls.propose(PROPOSAL, 1);
        assertThat(waiting.at("/state/phase")).as(waiting.toString()).isEqualTo("approve");
        String call = waiting.at("/proposal_id");
        assertThat(fleet.cli().run("approvals", "show", calls.approvalOf(call)).output())
                .contains(HOST, "api_token", "https://api.example.com/v1/items/*", "canary.fetch_item 1.0.0");
        calls.approve(call);
        return calls.awaitDone(call);
    }

    /** Installs and enables the example under another name; the digest of its package. */
    private String enabled(Fleet fleet) throws IOException, GeneralSecurityException {
        Path source = folder.resolve("fetch-item");
        copy(Repository.root().resolve("skills/fetch-item"), source);
        Path manifest = source.resolve("skill.toml");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace("\"acme.fetch_item\"", "\"" + ID + "\"")
                        .replace("\"acme\"", "\"canary\""));
        Path key = Files.writeString(
                folder.resolve("canary.key"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(KeyPairGenerator.getInstance("Ed25519")
                                        .generateKeyPair()
                                        .getPrivate()
                                        .getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        String archive = folder.resolve("fetch_item.skill").toString();
        fleet.cli().json("skills", "build", source.toString(), "--key", key.toString(), "--file", archive);
        JsonNode installed = fleet.cli().json("skills", "install", archive);
        String digest = installed.path("package_digest").asString();
        String signer = installed.path("signed_by").asString();
        fleet.cli().json("skills", "enable", ID, "1.0.0", "--digest", digest, "--fingerprint", signer);
        Awaitility.await("the catalogue to name the tool")
                .atMost(Duration.ofSeconds(30))
                .until(() -> fleet.agent().get("/v1/tools/" + TOOL).status() == 200);
        return digest;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path copied = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(copied);
                } else {
                    Files.copy(each, copied);
                }
            }
        }
    }

    private void proven(Fleet fleet, String call, String packageDigest) {
        Path bundle = folder.resolve("call.sallyport.zip");
        Awaitility.await("the whole call to be in the ledger")
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> {
                    Files.deleteIfExists(bundle);
                    Command export = fleet.cli().run("ledger", "export", call, "--file", bundle.toString());
                    assertThat(export.exitCode()).as(export.toString()).isZero();
                    Command verified = fleet.cli().run("verify", bundle.toString());
                    assertThat(verified.exitCode()).as(verified.toString()).isZero();
                    assertThat(verified.output()).contains("PROVEN: every claim holds.");
                });
        assertThat(fleet.cli().run("ledger", "case", call, "--output", "json").output())
                .contains(packageDigest, "fuel_used", "secret-redeemed");
    }
}
