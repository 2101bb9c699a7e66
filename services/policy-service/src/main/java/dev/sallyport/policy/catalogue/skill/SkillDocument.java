package dev.sallyport.policy.catalogue.skill;

import dev.sallyport.policy.catalogue.SkillOrigin;
import dev.sallyport.policy.catalogue.ToolCapability;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.skill.SkillState;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes a tool's metadata of what executor control published about its skill. */
final class SkillDocument {
    private static final JsonRules SCHEMA = new JsonRules(64 << 10, 16, 8 << 10, 200, false, true);
    private static final long PAGE_BYTES = 64 << 10;
    private static final int MOST_INPUT_BYTES = 60 << 10;
    private static final String POOL = "default";

    private static final String FILES_WRITE = "fs_write";

    private static final long LARGEST_FILE = 64L << 20;

    private static final long LARGEST_WORKSPACE = 256L << 20;

    private SkillDocument() {}

    /**
     * The tool.
     *
     * @param state the skill's now; the document and its digest do not depend on it
     * @throws IllegalArgumentException when its schemas are no JSON
     */
    static ToolMetadata of(SkillPublication publication, SkillPublication.Tool tool, SkillState state) {
        ObjectNode input = schema(tool.inputSchema());
        ObjectNode document = document(publication, tool, input);
        Set<ToolCapability> capabilities = capabilities(publication);
        SkillPublication.Asked web = publication.capabilities().contains(SkillOrigin.HTTP) ? publication.asked() : null;
        return new ToolMetadata(
                SkillPublication.toolName(publication.skill(), tool.name()),
                publication.toolVersion(),
                tool.description(),
                new ToolMetadata.Reach(
                        capabilities,
                        tool.askHuman(),
                        EgressEnforcementMode.STRICT,
                        web == null ? Set.of() : Set.copyOf(web.hosts()),
                        web == null ? Set.of() : Set.copyOf(web.secrets())),
                new ToolMetadata.Input(
                        input, MOST_INPUT_BYTES, new ToolMetadata.Exposed(null, List.of(), null, null, List.of())),
                new ToolMetadata.Placement(RuntimeKind.WASM, Tier.A, POOL, limits(publication)),
                document,
                Digest.of(CanonicalJson.write(document)),
                null,
                new SkillOrigin(
                        publication.skill(),
                        publication.release(),
                        publication.publisher(),
                        publication.packageDigest(),
                        publication.moduleDigest(),
                        state,
                        Set.copyOf(publication.capabilities()),
                        tool.askHuman(),
                        publication.limits().fuel(),
                        publication.limits().hostCalls(),
                        publication.asked()));
    }

    private static ObjectNode document(SkillPublication publication, SkillPublication.Tool tool, ObjectNode input) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("name", SkillPublication.toolName(publication.skill(), tool.name()));
        document.put("version", publication.toolVersion());
        document.put("description", tool.description());
        document.put("default_sensitive", tool.askHuman());
        document.set("input_schema", input);
        document.set("output_schema", schema(tool.outputSchema()));
        document.put("runtime", RuntimeKind.WASM.wire());
        document.put("tier", Tier.A.name());
        document.put("pool", POOL);
        ObjectNode skill = document.putObject("skill");
        skill.put("id", publication.skill());
        skill.put("version", publication.release());
        skill.put("publisher", publication.publisher());
        skill.put("package_digest", publication.packageDigest().hex());
        skill.put("module_digest", publication.moduleDigest().hex());
        ArrayNode granted = skill.putArray("granted");
        publication.capabilities().stream().sorted().forEach(granted::add);
        SkillPublication.Asked asked = publication.asked();
        if (asked != null) {
            skill.put("signed_by", asked.signedBy().hex());
            ArrayNode lines = skill.putArray("asks_for");
            asked.lines().forEach(lines::add);
        }
        ObjectNode limits = skill.putObject("limits");
        limits.put("wall_ms", publication.limits().wallMs());
        limits.put("fuel", publication.limits().fuel());
        limits.put("memory_pages", publication.limits().memoryPages());
        limits.put("output_bytes", publication.limits().outputBytes());
        limits.put("host_calls", publication.limits().hostCalls());
        return document;
    }

    private static Set<ToolCapability> capabilities(SkillPublication publication) {
        Set<ToolCapability> capabilities = EnumSet.noneOf(ToolCapability.class);
        if (publication.capabilities().contains(SkillOrigin.HTTP)) {
            capabilities.add(ToolCapability.NETWORK);
            if (publication.secrets()) {
                capabilities.add(ToolCapability.SECRETS_READ);
            }
        }
        if (publication.capabilities().contains(FILES_WRITE)) {
            capabilities.add(ToolCapability.FILESYSTEM_WRITE);
        }
        return capabilities;
    }

    private static Limits limits(SkillPublication publication) {
        SkillPublication.Limits limits = publication.limits();
        boolean writes = publication.capabilities().contains(FILES_WRITE);
        return new Limits(
                limits.wallMs(),
                limits.wallMs(),
                Math.max(1, limits.memoryPages() * PAGE_BYTES),
                limits.outputBytes(),
                1,
                1,
                writes ? LARGEST_FILE : 0,
                writes ? LARGEST_WORKSPACE : 0);
    }

    private static ObjectNode schema(String json) {
        try {
            return CanonicalJson.readObject(json.getBytes(StandardCharsets.UTF_8), SCHEMA);
        } catch (JsonRefusedException e) {
            throw new IllegalArgumentException("a schema is no JSON as accepted: " + e.getMessage(), e);
        }
    }
}
