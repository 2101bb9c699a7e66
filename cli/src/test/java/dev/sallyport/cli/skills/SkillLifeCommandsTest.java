package dev.sallyport.cli.skills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.harness.CommandRun.Result;
import dev.sallyport.cli.harness.CommandsOverHttp;
import dev.sallyport.cli.harness.SampleSkill;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A skill's life in the fleet by the command. */
class SkillLifeCommandsTest extends CommandsOverHttp {
    private static final String DIGEST = "1".repeat(64);
    private static final String VERSION = "/v1/skills/acme.mask_digits/versions/1.0.0";
    private static final String WAITS = """
        {"skill":"acme.mask_digits","version":"1.0.0","state":"quarantined","package_digest":"%s","signed_by":"%s",
         "widens":["clock"]}""".formatted(DIGEST, "2".repeat(64));

    @BeforeEach
    void aPackage() throws IOException {
        SampleSkill.write(home);
        service.on("POST /v1/skills", 201, WAITS)
                .on("GET " + VERSION, 200, WAITS)
                .on("POST " + VERSION + ":enable", 200, WAITS.replace("quarantined", "enabled"))
                .on("POST " + VERSION + ":revoke", 200, WAITS.replace("quarantined", "revoked"))
                .on("POST /v1/skill-publishers/acme:revoke", 200, "{\"items\":[]}");
    }

    @Test
    void whatIsInstalledSaysHowItIsEnabled() {
        Result installed = run("skills", "install", home.resolve("signed.skill").toString());
        assertThat(installed.exit()).as(installed.err()).isZero();
        assertThat(installed.out()).contains("quarantined", "clock");
        assertThat(installed.err()).contains("sallyport skills enable acme.mask_digits 1.0.0 --digest " + DIGEST);
    }

    @Test
    void nothingIsEnabledWithoutTheDigestOfWhatWasSeen() {
        Result shown = run("skills", "enable", "acme.mask_digits", "1.0.0");
        assertThat(shown.exit()).isEqualTo(1);
        assertThat(service.asked()).noneMatch(asked -> asked.method().equals("POST"));
        Result enabled = run(
                "skills",
                "enable",
                "acme.mask_digits",
                "1.0.0",
                "--digest",
                DIGEST,
                "--grant",
                "clock",
                "--grant",
                "kv");
        assertThat(enabled.exit()).as(enabled.err()).isZero();
        assertThat(enabled.out()).contains("enabled");
        assertThat(enabled.err()).contains("sallyport skills allow acme.mask_digits");
        assertThat(run("skills", "enable", "a.b", "1.0.0", "--digest", DIGEST, "--grant", "kv", "--grant-nothing")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void aVersionOrAPublisherIsRevokedAndNeverBoth() {
        assertThat(run("skills", "revoke", "acme.mask_digits", "1.0.0", "--reason", "leaks")
                        .out())
                .contains("revoked");
        assertThat(run("skills", "revoke", "--publisher", "acme", "--reason", "stolen")
                        .exit())
                .isZero();
        assertThat(run("skills", "revoke", "a.b", "1.0.0", "--publisher", "acme", "--reason", "x")
                        .exit())
                .isEqualTo(2);
        assertThat(run("skills", "revoke", "a.b", "--reason", "x").exit()).isEqualTo(2);
    }

    @Test
    void aPackageIsComparedWithAnother() {
        String signed = home.resolve("signed.skill").toString();
        Result same = run("skills", "diff", signed, signed, "--output", "json");
        assertThat(same.exit()).as(same.err()).isZero();
        assertThat(same.out()).contains("\"widens\"", "acme.mask_digits");
        assertThat(run("skills", "diff", signed, home.resolve("acme.key").toString())
                        .exit())
                .isEqualTo(2);
    }
}
