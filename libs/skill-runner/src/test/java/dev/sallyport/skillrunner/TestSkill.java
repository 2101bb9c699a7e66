package dev.sallyport.skillrunner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Packages around the modules of {@code src/test/wasm}, and calls of their tools, which are called t0, t1 … */
final class TestSkill {
    /** Enough for every module that behaves. */
    static final SkillLimits LIMITS = new SkillLimits(Duration.ofSeconds(30), 1_000_000, 16, 65_536, 1_000);

    static final Instant NOW = Instant.parse("2026-11-30T12:00:00.123Z");
    static final Digest SEED = Digest.of(new byte[] {1});

    private static final String ALL_CAPABILITIES = """
        [capabilities]
        clock = true
        random = true
        kv = { max_bytes = 1024 }
        fs = [{ path = "workspace:/data/**", access = "read_write" }]
        """;

    private TestSkill() {}

    static byte[] module(String name) throws IOException {
        return Files.readAllBytes(Path.of("src/test/wasm/" + name + ".wasm"));
    }

    /** A package with so many tools, each of which takes and gives any object. */
    static SkillPackage of(byte[] module, int tools) throws SkillRefusedException {
        return of(module, tools, "skill-json-1", ALL_CAPABILITIES);
    }

    static SkillPackage of(byte[] module, int tools, String abi, String capabilities) throws SkillRefusedException {
        StringBuilder toml = new StringBuilder("""
            manifest_version = 1
            id = "test.skill"
            version = "1.0.0"
            publisher = "test"
            [module]
            file = "module.wasm"
            """)
                .append("abi = \"")
                .append(abi)
                .append("\"\n")
                .append("sha256 = \"")
                .append(Digest.of(module))
                .append("\"\n")
                .append(capabilities);
        toml.append("[limits]\nwall_ms = 60000\nfuel = 1000000000000\nmemory_pages = 16\noutput_bytes = 65536\n");
        toml.append("host_calls = 1000\n");
        for (int tool = 0; tool < tools; tool++) {
            toml.append("[[tools]]\nname = \"t").append(tool).append("\"\n").append("""
                description = "A tool."
                input_schema = "schemas/any.json"
                output_schema = "schemas/any.json"
                risk = "policy"
                """);
        }
        return SkillPackage.of(Map.of(
                SkillPackage.MANIFEST,
                toml.toString().getBytes(UTF_8),
                SkillPackage.MODULE,
                module,
                "schemas/any.json",
                "{\"type\":\"object\"}".getBytes(UTF_8)));
    }

    /** A call with everything granted. */
    static SkillCall call(int tool, SkillLimits limits) {
        return new SkillCall("t" + tool, object(), Set.of(CapabilityKind.values()), limits, NOW, SEED);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The example skill, from its folder. */
    static SkillPackage example() throws IOException, SkillRefusedException {
        Path folder = Path.of("../../skills/mask-digits");
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString();
                if (!name.endsWith(".wat") && !name.endsWith(".md") && !name.endsWith(".jsonl")) {
                    files.put(name, Files.readAllBytes(file));
                }
            }
        }
        return SkillPackage.of(files);
    }
}
