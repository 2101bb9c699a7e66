package dev.sallyport.executor.fleet;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.pack.PublisherKey;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;

/** The example skill, signed by a key of the test's own, with what a test wants to be otherwise in its manifest. */
public final class SampleSkill {
    private static final Path EXAMPLE = Path.of("../../skills/mask-digits");
    private static final String CAPABILITIES = "\n[capabilities]\n";

    public final SkillPackage skill;
    public final byte[] archive;

    private SampleSkill(SkillPackage skill) throws SkillRefusedException {
        this.skill = skill;
        this.archive = skill.encode();
    }

    /** A publisher's key. */
    public static KeyPair key() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The fingerprint that the publisher would tell others. */
    public static String fingerprint(KeyPair key) {
        return PublisherKey.of(key.getPublic()).fingerprint().hex();
    }

    /**
     * A version of a skill.
     *
     * @param capabilities what it asks for, lines of TOML
     */
    public static SampleSkill of(String id, String version, String publisher, KeyPair key, String... capabilities)
            throws IOException, SkillRefusedException, GeneralSecurityException {
        String toml = Files.readString(EXAMPLE.resolve("skill.toml"))
                .replace("acme.mask_digits", id)
                .replace("\"1.0.0\"", "\"" + version + "\"")
                .replace("publisher = \"acme\"", "publisher = \"" + publisher + "\"");
        if (capabilities.length > 0) {
            toml += CAPABILITIES + String.join("\n", capabilities) + "\n";
        }
        return new SampleSkill(SkillPackage.of(Map.of(
                        SkillPackage.MANIFEST,
                        toml.getBytes(StandardCharsets.UTF_8),
                        SkillPackage.MODULE,
                        Files.readAllBytes(EXAMPLE.resolve("module.wasm")),
                        "schemas/text.json",
                        Files.readAllBytes(EXAMPLE.resolve("schemas/text.json"))))
                .signed(key.getPrivate()));
    }

    /** The skill {@code test.abuses}: its tools {@code t0} to {@code t25} do what no tool should, but for the first. */
    public static SampleSkill abuses() throws IOException, SkillRefusedException, GeneralSecurityException {
        return numbered("abuses", 26, "clock = true\nrandom = true\nkv = { max_bytes = 1024 }\n");
    }

    /** The skill {@code test.files}: its tools {@code t0} to {@code t11} ask for files below {@code data} and for values. */
    public static SampleSkill files() throws IOException, SkillRefusedException, GeneralSecurityException {
        return numbered(
                "files",
                12,
                "kv = { max_bytes = 1024 }\nfs = [{ path = \"workspace:/data/**\", access = \"read_write\" }]\n");
    }

    /** The skill {@code test.web}: its tools {@code t0} to {@code t15} send a request each. */
    public static SampleSkill web() throws IOException, SkillRefusedException, GeneralSecurityException {
        return numbered("web", 16, """
            secrets = [{ name = "api_token", use = "http_header", host = "api.example.com" }]
            [[capabilities.http]]
            url = "https://api.example.com/v1/*"
            methods = ["GET", "POST"]
            max_response_bytes = 1000
            [[capabilities.http]]
            url = "https://two.example.com/"
            methods = ["GET"]
            max_response_bytes = 1000
            """);
    }

    private static SampleSkill numbered(String name, int tools, String capabilities)
            throws IOException, SkillRefusedException, GeneralSecurityException {
        byte[] module = Files.readAllBytes(Path.of("../../libs/skill-runner/src/test/wasm/" + name + ".wasm"));
        StringBuilder toml = new StringBuilder("""
            manifest_version = 1
            version = "1.0.0"
            publisher = "test"
            """)
                .append("id = \"test.")
                .append(name)
                .append("\"\n[module]\nfile = \"module.wasm\"\nabi = \"skill-json-1\"\n")
                .append("sha256 = \"")
                .append(Digest.of(module))
                .append("\"\n[capabilities]\n")
                .append(capabilities)
                .append("[limits]\nwall_ms = 60000\nfuel = 1000000000000\nmemory_pages = 16\noutput_bytes = 65536\n")
                .append("host_calls = 1000\n");
        for (int tool = 0; tool < tools; tool++) {
            toml.append("[[tools]]\nname = \"t").append(tool).append("\"\n").append("""
                description = "A tool."
                input_schema = "schemas/any.json"
                output_schema = "schemas/any.json"
                risk = "policy"
                """);
        }
        return new SampleSkill(SkillPackage.of(Map.of(
                        SkillPackage.MANIFEST,
                        toml.toString().getBytes(StandardCharsets.UTF_8),
                        SkillPackage.MODULE,
                        module,
                        "schemas/any.json",
                        "{\"type\":\"object\"}".getBytes(StandardCharsets.UTF_8)))
                .signed(key().getPrivate()));
    }

    /** What a permit for it names. */
    public PermittedSkill permitted(String... capabilities) {
        return new PermittedSkill(
                skill.manifest().id(),
                skill.manifest().version().text(),
                skill.digest(),
                List.of(capabilities),
                1_000_000,
                10);
    }
}
