package dev.sallyport.skills.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.skills.SampleManifest;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a manifest may say. Every refusal is one change to the sample, which is accepted. */
class SkillManifestTest {
    @Test
    void theSampleIsReadInFull() throws Exception {
        SkillManifest manifest = SampleManifest.manifest();

        assertThat(manifest.id()).isEqualTo("acme.web_fetch");
        assertThat(manifest.version()).isEqualTo(new SkillVersion("1.2.0"));
        assertThat(manifest.publisher()).isEqualTo("acme");
        assertThat(manifest.tools())
                .containsExactly(new SkillTool(
                        "fetch",
                        "Fetches a page \u2013 or says why not.",
                        "schemas/fetch.in.json",
                        "schemas/fetch.out.json",
                        SkillRisk.APPROVAL_REQUIRED));
        assertThat(manifest.capabilities())
                .isEqualTo(new Capabilities(
                        List.of(new HttpCapability("https://api.example.com/v1/*", Set.of("GET"), 1 << 20)),
                        List.of(new FileCapability("workspace:/data/**", false)),
                        List.of(new SecretUse("api_token", "api.example.com")),
                        1024,
                        true,
                        false));
        assertThat(manifest.capabilities().kinds())
                .containsExactlyInAnyOrder(
                        CapabilityKind.HTTP, CapabilityKind.FILES_READ, CapabilityKind.KEY_VALUE, CapabilityKind.CLOCK);
        assertThat(manifest.limits()).isEqualTo(new SkillLimits(Duration.ofSeconds(2), 50_000_000, 16, 262_144, 100));
    }

    @Test
    void aSkillMayAskForNothing() throws Exception {
        String text = SampleManifest.of(new byte[0]);
        String bare = text.substring(0, text.indexOf("[capabilities]")) + text.substring(text.indexOf("[limits]"));

        assertThat(SkillManifest.parse(bare.getBytes(UTF_8)).capabilities()).isEqualTo(Capabilities.NONE);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "manifest_version = 1 | manifest_version = 2",
                "manifest_version = 1 | manifest_version = \"1\"",
                "manifest_version = 1 | manifest_version = 1.0",
                "manifest_version = 1 | `manifest_version = 1\nsurprise = 1`",
                "manifest_version = 1 | `manifest_version = 1\nmanifest_version = 1`",
                "publisher = \"acme\" | ``",
                "abi = \"skill-json-1\" | `abi = \"skill-json-1\"\nsurprise = 1`",
                "risk = \"approval_required\" | `risk = \"approval_required\"\nsurprise = 1`",
                "clock = true | `clock = true\nsurprise = 1`",
                "wall_ms = 2000 | `wall_ms = 2000\nsurprise = 1`",
                "access = \"read\" | access = \"read\", surprise = 1",
                "use = \"http_header\" | use = \"http_header\", surprise = 1",
                "methods = [\"GET\"] | methods = [\"GET\"], surprise = 1",
                "max_bytes = 1024 | max_bytes = 1024, surprise = 1",
                "acme.web_fetch | acme",
                "acme.web_fetch | Acme.fetch",
                "acme.web_fetch | acme..fetch",
                "acme.web_fetch | acme.1fetch",
                "1.2.0 | 1.2",
                "1.2.0 | 1.2.0+build",
                "1.2.0 | 01.2.0",
                "publisher = \"acme\" | publisher = \"Acme\"",
                "module.wasm | other.wasm",
                "module.wasm | ../module.wasm",
                "skill-json-1 | wasi-command-1",
                "sha256 = \" | sha256 = \"0",
                "name = \"fetch\" | name = \"Fetch\"",
                "name = \"fetch\" | name = \"\"",
                "Fetches a page | `Fetches\\na page`",
                "Fetches a page | Fetches \\u202e a page",
                "Fetches a page | Fetches \\u0000 a page",
                "Fetches a page | Fetches \\ud800 a page",
                "not.\" | not. \"",
                "schemas/fetch.in.json | schemas/../fetch.in.json",
                "schemas/fetch.in.json | /schemas/fetch.in.json",
                "schemas/fetch.in.json | fetch.in.json",
                "approval_required | none",
                "https://api.example.com/v1/* | http://api.example.com/v1/*",
                "https://api.example.com/v1/* | https://*.example.com/v1/*",
                "https://api.example.com/v1/* | https://api.example.com*",
                "https://api.example.com/v1/* | https://api.example.com",
                "https://api.example.com/v1/* | https://api.example.com/*/v1",
                "https://api.example.com/v1/* | https://api.example.com/v1/../*",
                "https://api.example.com/v1/* | https://user@api.example.com/v1/*",
                "https://api.example.com/v1/* | https://api.example.com:443/v1/*",
                "https://api.example.com/v1/* | https://API.example.com/v1/*",
                "https://api.example.com/v1/* | https://api..example.com/v1/*",
                "https://api.example.com/v1/* | https://localhost/v1/*",
                "[\"GET\"] | []",
                "[\"GET\"] | [\"get\"]",
                "[\"GET\"] | [\"GET\", \"GET\"]",
                "[\"GET\"] | \"GET\"",
                "max_response_bytes = 1048576 | max_response_bytes = 0",
                "max_response_bytes = 1048576 | max_response_bytes = 99999999999999999999",
                "workspace:/data/** | /data/**",
                "workspace:/data/** | workspace:/../**",
                "workspace:/data/** | workspace:/data/**/x",
                "workspace:/data/** | workspace:/data/*",
                "access = \"read\" | access = \"write\"",
                "http_header | query",
                "host = \"api.example.com\" | host = \"*.example.com\"",
                "kv = { max_bytes = 1024 } | kv = true",
                "clock = true | clock = \"true\"",
                "wall_ms = 2000 | wall_ms = 0",
                "wall_ms = 2000 | wall_ms = 60001",
                "fuel = 50000000 | fuel = -1",
                "memory_pages = 16 | memory_pages = 65536",
                "output_bytes = 262144 | output_bytes = 1048577",
                "host_calls = 100 | ``",
                "[limits] | [limit]",
                "[[tools]] | [tools]",
                "[[tools]] | [[tool]]"
            })
    void isRefused(String part, String by) {
        assertThatExceptionOfType(SkillRefusedException.class)
                .isThrownBy(() -> SampleManifest.with(part, by == null ? "" : by))
                .satisfies(e -> {
                    assertThat(e.refusal()).isEqualTo(Refusal.MANIFEST);
                    assertThat(e.getMessage()).startsWith("skill.toml").endsWith(".");
                });
    }

    @Test
    void twoToolsOfOneNameAreRefused() throws Exception {
        String text = SampleManifest.of(new byte[0]);
        String tool = text.substring(text.indexOf("[[tools]]"), text.indexOf("[capabilities]"));

        assertThat(SampleManifest.with(tool, tool + tool.replace("name = \"fetch\"", "name = \"other\""))
                        .tools())
                .hasSize(2);
        assertThatExceptionOfType(SkillRefusedException.class)
                .isThrownBy(() -> SampleManifest.with(tool, tool + tool))
                .withMessageContaining("two tools");
    }

    @Test
    void aMessageNamesThePlaceAndRepeatsNothingThatHides() {
        assertThatExceptionOfType(SkillRefusedException.class)
                .isThrownBy(() -> SampleManifest.with("access = \"read\"", "access = \"none\""))
                .withMessage("skill.toml: capabilities.fs[0].access must be read or read_write.");
        assertThatExceptionOfType(SkillRefusedException.class)
                .isThrownBy(() -> SampleManifest.with("clock = true", "\"\\u202e\\n[x\" = true"))
                .withMessage("skill.toml: capabilities.??[x is no key of the format.");
    }

    @Test
    void whatAsksForMoreIsToldLineByLine() throws Exception {
        SkillManifest sample = SampleManifest.manifest();

        assertThat(sample.beyond(sample)).isEmpty();
        assertThat(SampleManifest.with("v1/*", "v1/users").beyond(sample)).isEmpty();
        assertThat(SampleManifest.with("v1/*", "*").beyond(sample))
                .containsExactly("http GET https://api.example.com/*, answers of at most 1048576 bytes");
        assertThat(SampleManifest.with("[\"GET\"]", "[\"POST\", \"GET\"]").beyond(sample))
                .containsExactly("http GET,POST https://api.example.com/v1/*, answers of at most 1048576 bytes");
        assertThat(SampleManifest.with("access = \"read\"", "access = \"read_write\"")
                        .beyond(sample))
                .containsExactly("files workspace:/data/**, read and write");
        assertThat(SampleManifest.with("/data/**", "/data/a.txt").beyond(sample))
                .isEmpty();
        assertThat(SampleManifest.with("/data/**", "/database/**").beyond(sample))
                .hasSize(1);
        assertThat(SampleManifest.with("api_token", "other").beyond(sample)).hasSize(1);
        assertThat(SampleManifest.with("max_bytes = 1024", "max_bytes = 2048").beyond(sample))
                .hasSize(1);
        assertThat(SampleManifest.with("max_bytes = 1024", "max_bytes = 512").beyond(sample))
                .isEmpty();
        assertThat(SampleManifest.with("clock = true", "clock = true\nrandom = true")
                        .beyond(sample))
                .containsExactly("random");
        assertThat(SampleManifest.with("wall_ms = 2000", "wall_ms = 2001").beyond(sample))
                .containsExactly("wall_ms of 2001");
        assertThat(SampleManifest.with("host_calls = 100", "host_calls = 99").beyond(sample))
                .isEmpty();
        assertThat(SampleManifest.with("approval_required", "policy").beyond(sample))
                .containsExactly("tool fetch with risk policy");
        assertThat(sample.beyond(SampleManifest.with("approval_required", "policy")))
                .isEmpty();
        assertThat(SampleManifest.with("name = \"fetch\"", "name = \"get\"").beyond(sample))
                .containsExactly("tool get");
    }
}
