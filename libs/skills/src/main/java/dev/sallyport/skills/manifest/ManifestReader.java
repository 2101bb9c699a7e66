package dev.sallyport.skills.manifest;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Reads {@code skill.toml}: TOML 1.0, of which every key is known and every value has one form. */
final class ManifestReader {
    private static final TomlMapper TOML = new TomlMapper();
    private static final String FILE_NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}";

    private static final Pattern ID = Pattern.compile("(?=.{1,128}$)[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+");
    private static final Pattern PUBLISHER = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z.-]{1," + SkillVersion.MAX_LENGTH + "}");
    private static final Pattern MODULE = Pattern.compile("module\\.wasm");
    private static final Pattern ABI = Pattern.compile("skill-json-1|wasi-command-1");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern TOOL = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    /** No control characters, no half surrogates, nothing that changes the direction of text or is not seen. */
    private static final Pattern DESCRIPTION =
            Pattern.compile("(?=.{1,1000}$)[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]*[\\p{L}\\p{N}\\p{P}\\p{S}]");

    private static final Pattern SCHEMA = Pattern.compile("schemas/" + FILE_NAME + "\\.json");
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+");
    private static final Pattern URL =
            Pattern.compile("(?=.{1,1000}$)https://[a-z0-9.-]{1,253}(/" + FILE_NAME + ")*(/" + FILE_NAME + "|/\\*?)");
    private static final Pattern METHOD = Pattern.compile("GET|HEAD|POST|PUT|PATCH|DELETE");
    private static final Pattern PATH =
            Pattern.compile("(?=.{1,512}$)workspace:(/" + FILE_NAME + ")*(/\\*\\*|/" + FILE_NAME + ")");
    private static final Pattern ACCESS = Pattern.compile("read|read_write");
    private static final Pattern SECRET = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern USE = Pattern.compile("http_header");

    private static final int MOST_TOOLS = 32;
    private static final int MOST_CAPABILITIES = 32;
    private static final long MOST_RESPONSE_BYTES = 16L << 20;
    private static final long MOST_KEY_VALUE_BYTES = 1L << 20;

    private ManifestReader() {}

    static SkillManifest read(byte[] toml) throws SkillRefusedException {
        ManifestTable root = new ManifestTable(document(toml), "");
        root.number("manifest_version", 1, 1);
        String id = root.text("id", ID, "must be a dotted name of lower-case letters, digits and _, like acme.redact");
        SkillVersion version = version(root);
        String publisher = root.text("publisher", PUBLISHER, "must be of lower-case letters, digits, - and _");
        Code module = module(root.table("module"));
        List<SkillTool> tools = tools(root);
        Capabilities capabilities =
                root.has("capabilities") ? capabilities(root.table("capabilities")) : Capabilities.NONE;
        if (module.abi() == SkillAbi.WASI_COMMAND
                && !Set.of(CapabilityKind.CLOCK, CapabilityKind.RANDOM).containsAll(capabilities.kinds())) {
            throw refused(
                    "a program (wasi-command-1) can ask for clock and random alone; files, values and requests need"
                            + " skill-json-1");
        }
        SkillLimits limits = limits(root.table("limits"));
        root.end();
        return new SkillManifest(id, version, publisher, module.digest(), module.abi(), tools, capabilities, limits);
    }

    private static ObjectNode document(byte[] toml) throws SkillRefusedException {
        if (toml.length > SkillManifest.MAX_BYTES) {
            throw refused("is larger than " + SkillManifest.MAX_BYTES + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(toml))
                    .toString();
            if (TOML.readTree(text) instanceof ObjectNode object) {
                return object;
            }
            throw refused("is no TOML document");
        } catch (CharacterCodingException e) {
            throw refused("is not UTF-8");
        } catch (JacksonException e) {
            throw refused("is not TOML" + line(e));
        }
    }

    private static String line(JacksonException e) {
        return e.getLocation() == null || e.getLocation().getLineNr() < 1
                ? ""
                : " (line " + e.getLocation().getLineNr() + ")";
    }

    private static SkillVersion version(ManifestTable root) throws SkillRefusedException {
        String form = "must be a version like 1.2.3 (Semantic Versioning, without build metadata)";
        try {
            return new SkillVersion(root.text("version", VERSION, form));
        } catch (IllegalArgumentException e) {
            throw root.refused("version", form);
        }
    }

    private record Code(Digest digest, SkillAbi abi) {}

    private static Code module(ManifestTable module) throws SkillRefusedException {
        module.text("file", MODULE, "must be module.wasm");
        String abi = module.text("abi", ABI, "must be skill-json-1 or wasi-command-1");
        String digest = module.text("sha256", SHA256, "must be the module's SHA-256, 64 lower-case hexadecimal digits");
        module.end();
        return new Code(new Digest(digest), WireName.find(SkillAbi.class, abi).orElseThrow());
    }

    private static List<SkillTool> tools(ManifestTable root) throws SkillRefusedException {
        List<SkillTool> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ManifestTable table : root.tables("tools", MOST_TOOLS)) {
            SkillTool tool = new SkillTool(
                    table.text("name", TOOL, "must be of lower-case letters, digits and _, at most 64"),
                    table.text("description", DESCRIPTION, "must be one line of 1 to 1,000 visible characters"),
                    table.text("input_schema", SCHEMA, "must be a file like schemas/name.in.json"),
                    table.text("output_schema", SCHEMA, "must be a file like schemas/name.out.json"),
                    table.word("risk", SkillRisk.class));
            table.end();
            if (!names.add(tool.name())) {
                throw table.refused("name", "is the name of two tools");
            }
            tools.add(tool);
        }
        if (tools.isEmpty()) {
            throw root.refused("tools", "must name at least one tool");
        }
        return tools;
    }

    private static Capabilities capabilities(ManifestTable table) throws SkillRefusedException {
        List<HttpCapability> http = new ArrayList<>();
        for (ManifestTable entry : table.tables("http", MOST_CAPABILITIES)) {
            http.add(http(entry));
        }
        List<FileCapability> files = new ArrayList<>();
        for (ManifestTable entry : table.tables("fs", MOST_CAPABILITIES)) {
            String path = entry.text("path", PATH, "must be like workspace:/data/file.txt or workspace:/data/**");
            files.add(new FileCapability(
                    path,
                    entry.text("access", ACCESS, "must be read or read_write").equals("read_write")));
            entry.end();
        }
        List<SecretUse> secrets = new ArrayList<>();
        for (ManifestTable entry : table.tables("secrets", MOST_CAPABILITIES)) {
            entry.text("use", USE, "must be http_header");
            secrets.add(new SecretUse(
                    entry.text("name", SECRET, "must be of lower-case letters, digits and _, at most 64"),
                    entry.text("host", HOST, "must be a host name in lower case")));
            entry.end();
        }
        long keyValueBytes = 0;
        if (table.has("kv")) {
            ManifestTable kv = table.table("kv");
            keyValueBytes = kv.number("max_bytes", 1, MOST_KEY_VALUE_BYTES);
            kv.end();
        }
        Capabilities capabilities =
                new Capabilities(http, files, secrets, keyValueBytes, table.flag("clock"), table.flag("random"));
        table.end();
        return capabilities;
    }

    private static HttpCapability http(ManifestTable entry) throws SkillRefusedException {
        String form =
                "must be like https://api.example.com/v1/*, with a host in lower case and at most one *, as the last"
                        + " part of the path";
        String url = entry.text("url", URL, form);
        String rest = url.substring("https://".length());
        if (!HOST.matcher(rest.substring(0, rest.indexOf('/'))).matches()) {
            throw entry.refused("url", form);
        }
        Set<String> methods = entry.texts("methods", 6, METHOD, "must be different methods of HTTP, in upper case");
        if (methods.isEmpty()) {
            throw entry.refused("methods", "must name at least one method");
        }
        HttpCapability http =
                new HttpCapability(url, methods, entry.number("max_response_bytes", 1, MOST_RESPONSE_BYTES));
        entry.end();
        return http;
    }

    private static SkillLimits limits(ManifestTable table) throws SkillRefusedException {
        SkillLimits most = SkillLimits.MOST;
        SkillLimits limits = new SkillLimits(
                Duration.ofMillis(table.number("wall_ms", 1, most.wall().toMillis())),
                table.number("fuel", 1, most.fuel()),
                (int) table.number("memory_pages", 1, most.memoryPages()),
                (int) table.number("output_bytes", 1, most.outputBytes()),
                (int) table.number("host_calls", 0, most.hostCalls()));
        table.end();
        return limits;
    }

    private static SkillRefusedException refused(String what) {
        return new SkillRefusedException(Refusal.MANIFEST, "skill.toml " + what + ".");
    }
}
