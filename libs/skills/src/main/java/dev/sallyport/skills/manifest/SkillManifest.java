package dev.sallyport.skills.manifest;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.statements.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A skill's manifest, as {@code skill.toml} states it.
 *
 * @param id dotted name
 * @param version a version, whose content never changes
 * @param publisher who signs the package
 * @param moduleDigest SHA-256 of {@code module.wasm}
 * @param abi how the module is called
 * @param tools at least one, each with a name of its own
 * @param capabilities what the skill asks for
 * @param limits what one call needs at most
 */
public record SkillManifest(
        String id,
        SkillVersion version,
        String publisher,
        Digest moduleDigest,
        SkillAbi abi,
        List<SkillTool> tools,
        Capabilities capabilities,
        SkillLimits limits) {
    /** Most bytes of {@code skill.toml}. */
    public static final int MAX_BYTES = 64 * 1024;

    /** Copies the tools. */
    public SkillManifest {
        tools = List.copyOf(tools);
    }

    /**
     * Reads {@code skill.toml}.
     *
     * @throws SkillRefusedException {@code MANIFEST}, for anything that the format does not name
     */
    public static SkillManifest parse(byte[] toml) throws SkillRefusedException {
        return ManifestReader.read(toml);
    }

    /** The number of the tool of this name; empty if there is none. */
    public OptionalInt toolNumber(String name) {
        for (int number = 0; number < tools.size(); number++) {
            if (tools.get(number).name().equals(name)) {
                return OptionalInt.of(number);
            }
        }
        return OptionalInt.empty();
    }

    /** What a first version asks for, one line each: all its capabilities and tools. */
    public List<String> beyondNothing() {
        List<String> all = new ArrayList<>(capabilities.all());
        tools.forEach(tool -> all.add("tool " + tool.name()));
        return List.copyOf(all);
    }

    /**
     * What this version asks for beyond an earlier one, one line each: capabilities, limits, tools, and tools that ask for
     * less care. Empty if it asks for the same or less.
     */
    public List<String> beyond(SkillManifest earlier) {
        List<String> more = new ArrayList<>(capabilities.beyond(earlier.capabilities));
        more.addAll(limits.beyond(earlier.limits));
        for (SkillTool tool : tools) {
            OptionalInt before = earlier.toolNumber(tool.name());
            if (before.isEmpty()) {
                more.add("tool " + tool.name());
            } else if (tool.risk()
                            .compareTo(earlier.tools.get(before.getAsInt()).risk())
                    < 0) {
                more.add("tool " + tool.name() + " with risk " + tool.risk().wire());
            }
        }
        return List.copyOf(more);
    }
}
