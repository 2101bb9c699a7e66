package dev.sallyport.cli.skills;

import dev.sallyport.cli.output.Json;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.pack.SkillPackage;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A package as the commands show it. */
final class SkillView {
    private SkillView() {}

    static ObjectNode of(SkillPackage skill) {
        SkillManifest manifest = skill.manifest();
        ObjectNode view = Json.mapper().createObjectNode();
        view.put("id", manifest.id());
        view.put("version", manifest.version().text());
        view.put("publisher", manifest.publisher());
        view.put("digest", skill.digest().hex());
        skill.signer().ifPresent(key -> view.put("signed_by", key.fingerprint().hex()));
        ArrayNode tools = view.putArray("tools");
        manifest.tools()
                .forEach(tool -> tools.addObject()
                        .put("name", tool.name())
                        .put("risk", tool.risk().wire())
                        .put("description", tool.description()));
        ArrayNode asks = view.putArray("asks_for");
        manifest.capabilities().all().forEach(asks::add);
        SkillLimits limits = manifest.limits();
        view.put("wall_ms", limits.wall().toMillis());
        view.put("fuel", limits.fuel());
        view.put("memory_pages", limits.memoryPages());
        view.put("output_bytes", limits.outputBytes());
        view.put("host_calls", limits.hostCalls());
        return view;
    }
}
