package dev.sallyport.statements.skill;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What executor control says of the version of a skill that was enabled last, as the detail of {@code skill-enabled},
 * {@code skill-quarantined} and {@code skill-revoked}: what the catalogue is made from. It says all that is to be known,
 * since statements may arrive in any order: the publications of one skill are numbered, and only one with a higher number
 * than the last counts.
 *
 * @param version 1
 * @param workspaceId whose skill it is
 * @param skill its dotted name
 * @param change counted up with every publication of this skill, from 1
 * @param enabledBy the number of the publication that enabled this version
 * @param state the state's {@linkplain SkillState wire name}
 * @param release the skill's version
 * @param publisher whose it is
 * @param packageDigest digest of its package
 * @param moduleDigest SHA-256 of its module
 * @param capabilities what the operator grants, of what the manifest asks for
 * @param secrets whether the manifest asks for secrets
 * @param asked what its manifest asks for and who signed it; null in publications from before this was told
 * @param limits what one call needs at most
 * @param tools what it offers
 */
public record SkillPublication(
        int version,
        String workspaceId,
        String skill,
        long change,
        long enabledBy,
        String state,
        String release,
        String publisher,
        Digest packageDigest,
        Digest moduleDigest,
        List<String> capabilities,
        boolean secrets,
        @Nullable Asked asked,
        Limits limits,
        List<Tool> tools) {
    /** The first part of the name that every tool of a skill has in the catalogue. */
    public static final String TOOL_PREFIX = "skill.";

    /** Most bytes of a publication: it travels beside its statement. */
    public static final int MAX_BYTES = 200 << 10;

    private static final JsonRules RULES = new JsonRules(MAX_BYTES, 8, 64 << 10, 64, true, false);

    /** Copies the lists; refuses what has a part missing with {@link IllegalArgumentException}. */
    public SkillPublication {
        capabilities = List.copyOf(present(capabilities));
        tools = List.copyOf(present(tools));
        present(workspaceId);
        present(skill);
        present(release);
        present(publisher);
        present(packageDigest);
        present(moduleDigest);
        present(limits);
        if (WireName.find(SkillState.class, present(state)).isEmpty()) {
            throw new IllegalArgumentException("there is no state " + state);
        }
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalArgumentException("a part is missing");
        }
        return part;
    }

    /**
     * What one call needs at most.
     *
     * @param wallMs of wall-clock time, milliseconds
     * @param fuel units of work
     * @param memoryPages pages of 64 KiB
     * @param outputBytes answer and log together
     * @param hostCalls calls of host functions
     */
    public record Limits(long wallMs, long fuel, int memoryPages, int outputBytes, int hostCalls) {}

    /**
     * What the manifest asks for, whether it is granted or not.
     *
     * @param lines all of it, a line each, for people
     * @param hosts hosts of the addresses that it asks for
     * @param secrets names of the secrets that it has sent there
     * @param signedBy fingerprint of the key that signed the package
     */
    public record Asked(List<String> lines, List<String> hosts, List<String> secrets, Digest signedBy) {
        /** Copies the lists. */
        public Asked {
            lines = List.copyOf(present(lines));
            hosts = List.copyOf(present(hosts));
            secrets = List.copyOf(present(secrets));
            present(signedBy);
        }
    }

    /**
     * A tool of the skill. The schemas are JSON as texts, since they may hold numbers that statements do not.
     *
     * @param name its name within the skill
     * @param description for people and models
     * @param askHuman whether a human is to be asked at each call, whatever the workspace says
     * @param inputSchema JSON Schema of the arguments
     * @param outputSchema JSON Schema of the answer
     */
    public record Tool(String name, String description, boolean askHuman, String inputSchema, String outputSchema) {}

    /** What a tool of a skill is called in the catalogue: {@code skill.<id>.<tool>}. */
    public static String toolName(String skill, String tool) {
        return TOOL_PREFIX + skill + "." + tool;
    }

    /**
     * The version of its tools in the catalogue. The same release enabled again may grant something else, and a version of
     * a tool never changes; so it is the release and the number of the publication that enabled it.
     */
    public String toolVersion() {
        return toolVersion(release, enabledBy);
    }

    /** The version of the tools of a release that this publication has enabled. */
    public static String toolVersion(String release, long enabledBy) {
        return release + "+" + enabledBy;
    }

    /** The state. */
    public SkillState stateNow() {
        return WireName.find(SkillState.class, state).orElseThrow();
    }

    /** As it travels: canonical JSON. */
    public byte[] encode() {
        return StatementJson.canonical(this);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException for anything but a publication
     */
    public static SkillPublication parse(byte[] json) {
        try {
            return Objects.requireNonNull(StatementJson.STRICT.treeToValue(
                    CanonicalJson.readCanonicalObject(json, RULES), SkillPublication.class));
        } catch (JsonRefusedException | JacksonException | NullPointerException e) {
            throw new IllegalArgumentException("it is no publication of a skill: " + e.getMessage(), e);
        }
    }
}
