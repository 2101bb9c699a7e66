package dev.sallyport.skills;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.statements.Digest;

/** A manifest that uses all of the format. Tests change it by replacing a part of its text. */
public final class SampleManifest {
    /** The text; {@code DIGEST} stands for the module's SHA-256. */
    public static final String TEXT = """
        manifest_version = 1
        id = "acme.web_fetch"
        version = "1.2.0"
        publisher = "acme"

        [module]
        file = "module.wasm"
        sha256 = "DIGEST"
        abi = "skill-json-1"

        [[tools]]
        name = "fetch"
        description = "Fetches a page \u2013 or says why not."
        input_schema = "schemas/fetch.in.json"
        output_schema = "schemas/fetch.out.json"
        risk = "approval_required"

        [capabilities]
        http = [{ url = "https://api.example.com/v1/*", methods = ["GET"], max_response_bytes = 1048576 }]
        fs = [{ path = "workspace:/data/**", access = "read" }]
        secrets = [{ name = "api_token", use = "http_header", host = "api.example.com" }]
        kv = { max_bytes = 1024 }
        clock = true

        [limits]
        wall_ms = 2000
        fuel = 50000000
        memory_pages = 16
        output_bytes = 262144
        host_calls = 100
        """;

    private SampleManifest() {}

    /** The text for this module. */
    public static String of(byte[] module) {
        return TEXT.replace("DIGEST", Digest.of(module).hex());
    }

    /** The manifest with a part of its text replaced, which must be in it. */
    public static SkillManifest with(String part, String by) throws SkillRefusedException {
        String text = of(new byte[0]);
        if (!text.contains(part)) {
            throw new IllegalArgumentException("the sample does not contain " + part);
        }
        return SkillManifest.parse(text.replace(part, by).getBytes(UTF_8));
    }

    /** The manifest as it is. */
    public static SkillManifest manifest() throws SkillRefusedException {
        return with("acme", "acme");
    }
}
