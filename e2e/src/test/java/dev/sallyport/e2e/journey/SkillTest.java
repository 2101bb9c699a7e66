package dev.sallyport.e2e.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Command;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Owner;
import dev.sallyport.e2e.harness.SharedFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Base64;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A skill from its folder to a governed call and its proof, and to its end. */
@ExtendWith(SharedFleet.class)
class SkillTest {
    private static final String ID = "acme.mask_digits";
    private static final String TOOL = "skill.acme.mask_digits.mask";
    private static final String VERSION = "1.0.0";

    @TempDir
    Path folder;

    @Test
    void aSkillIsInstalledEnabledOpenedCalledProvenAndRevoked(Fleet fleet)
            throws IOException, GeneralSecurityException {
        Calls calls = new Calls(fleet);
        Path archive = folder.resolve("mask_digits.skill");
        Path key = folder.resolve("acme.key");
        Files.writeString(
                key,
                pem(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate()));
        Command built = fleet.cli()
                .run("skills", "build", "skills/mask-digits", "--key", key.toString(), "--file", archive.toString());
        assertThat(built.exitCode()).as(built.toString()).isZero();
        JsonNode installed = fleet.cli().json("skills", "install", archive.toString());
        assertThat(installed.path("state").asString()).isEqualTo("quarantined");
        assertThat(propose(calls).at("/state/code")).as("it is not enabled").isEqualTo("UNKNOWN_TOOL");

        String digest = installed.path("package_digest").asString();
        Command unconfirmed = fleet.cli().run("skills", "enable", ID, VERSION, "--digest", digest);
        assertThat(unconfirmed.exitCode()).isNotZero();
        assertThat(unconfirmed.errors()).contains("FINGERPRINT_NEEDED");
        JsonNode enabled = fleet.cli()
                .json(
                        "skills",
                        "enable",
                        ID,
                        VERSION,
                        "--digest",
                        digest,
                        "--fingerprint",
                        installed.path("signed_by").asString());
        assertThat(enabled.path("state").asString()).isEqualTo("enabled");
        Awaitility.await("the catalogue to name the tool")
                .atMost(Duration.ofSeconds(30))
                .until(() -> fleet.agent().get("/v1/tools/" + TOOL).status() == 200);
        assertThat(propose(calls).at("/state/code")).isEqualTo("NOT_ALLOWLISTED");

        Runnable undo = new Owner(fleet)
                .configure(config -> config.withArray("allowlisted_skills").add(ID));
        try {
            // The first call on a node fetches and compiles the module.
            Answer answer = calls.awaitDone(propose(calls).at("/proposal_id"));
            assertThat(answer.at("/state/outcome")).as(answer.toString()).isEqualTo("succeeded");
            assertThat(answer.at("/result/value/text")).isEqualTo("call ### ###");
            assertThat(answer.at("/result/tier")).isEqualTo("A");
            proven(fleet, answer.at("/proposal_id"), digest);
            Command replayed = fleet.cli()
                    .run(
                            "skills",
                            "replay",
                            folder.resolve(answer.at("/proposal_id") + ".sallyport.zip")
                                    .toString(),
                            "--package",
                            archive.toString());
            assertThat(replayed.exitCode()).as(replayed.toString()).isZero();
            assertThat(replayed.output()).contains("call ### ###").doesNotContain("false");

            JsonNode revoked = fleet.cli().json("skills", "revoke", ID, VERSION, "--reason", "a test");
            assertThat(revoked.path("state").asString()).isEqualTo("revoked");
            Awaitility.await("the catalogue to know of it")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> fleet.agent()
                            .get("/v1/tools/" + TOOL)
                            .at("/skill/state")
                            .equals("revoked"));
            assertThat(propose(calls).at("/state/code")).isEqualTo("SKILL_NOT_ENABLED");
            assertThat(fleet.cli().run("tools", "list").output()).doesNotContain(TOOL);
        } finally {
            undo.run();
        }
    }

    @Test
    void aSkillThatKeepsValuesCountsWithinASessionAndIsRepeatedFromWhatItRead(Fleet fleet)
            throws IOException, GeneralSecurityException {
        String tool = "skill.office.notes.count";
        Path source = folder.resolve("notes");
        Path archive = folder.resolve("notes.skill");
        Path key = folder.resolve("office.key");
        Files.writeString(
                key,
                pem(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate()));
        fleet.cli().json("skills", "new", source.toString(), "--id", "office.notes", "--publisher", "office");
        fleet.cli().json("skills", "build", source.toString(), "--key", key.toString(), "--file", archive.toString());
        JsonNode installed = fleet.cli().json("skills", "install", archive.toString());
        fleet.cli()
                .json(
                        "skills",
                        "enable",
                        "office.notes",
                        "0.1.0",
                        "--digest",
                        installed.path("package_digest").asString(),
                        "--fingerprint",
                        installed.path("signed_by").asString());
        Awaitility.await("the catalogue to name the tool")
                .atMost(Duration.ofSeconds(30))
                .until(() -> fleet.agent().get("/v1/tools/" + tool).status() == 200);
        Calls calls = new Calls(fleet);
        Runnable undo = new Owner(fleet)
                .configure(config -> config.withArray("allowlisted_skills").add("office.notes"));
        try {
            count(calls, tool, "1");
            String call = count(calls, tool, "2");
            proven(fleet, call, installed.path("package_digest").asString());
            Command replayed = fleet.cli()
                    .run(
                            "skills",
                            "replay",
                            folder.resolve(call + ".sallyport.zip").toString(),
                            "--package",
                            archive.toString());
            assertThat(replayed.exitCode()).as(replayed.toString()).isZero();
        } finally {
            undo.run();
        }
    }

    private static String count(Calls calls, String tool, String seen) {
        Answer answer = calls.awaitDone(calls.propose(
                        "{\"tool\":\"" + tool + "\",\"arguments\":{\"text\":\"tea\"},\"session_id\":\"notes\"}", 20)
                .at("/proposal_id"));
        assertThat(answer.at("/result/value/seen")).as(answer.toString()).isEqualTo(seen);
        return answer.at("/proposal_id");
    }

    private static Answer propose(Calls calls) {
        return calls.propose("{\"tool\":\"" + TOOL + "\",\"arguments\":{\"text\":\"call 555 123\"}}", 20);
    }

    private void proven(Fleet fleet, String call, String packageDigest) {
        Path bundle = folder.resolve(call + ".sallyport.zip");
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
        String shown =
                fleet.cli().run("ledger", "case", call, "--output", "json").output();
        assertThat(shown).contains(packageDigest, "fuel_used");
    }

    private static String pem(PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
