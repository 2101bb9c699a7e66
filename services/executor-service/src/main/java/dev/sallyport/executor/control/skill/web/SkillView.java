package dev.sallyport.executor.control.skill.web;

import dev.sallyport.executor.control.skill.SkillVersionRow;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.statements.skill.SkillPublication;
import java.time.Instant;
import java.util.List;

/**
 * A version of a skill.
 *
 * @param skill the skill's id
 * @param version the version
 * @param state {@code quarantined}, {@code enabled} or {@code revoked}
 * @param reason why it is in this state
 * @param publisher whose it is
 * @param signedBy fingerprint of the key that signed it
 * @param packageDigest digest of its package
 * @param moduleDigest SHA-256 of its module
 * @param tools what it offers
 * @param asksFor what its manifest asks for, a line each
 * @param widens what it asks for beyond the enabled version, a line each; everything where none is enabled
 * @param granted what was granted when it was enabled
 * @param limits what a call needs at most
 * @param installedBy who installed it
 * @param installedAt when
 * @param changedBy who brought it into this state
 * @param changedAt when
 */
record SkillView(
        String skill,
        String version,
        String state,
        String reason,
        String publisher,
        String signedBy,
        String packageDigest,
        String moduleDigest,
        List<ToolLine> tools,
        List<String> asksFor,
        List<String> widens,
        List<String> granted,
        LimitsView limits,
        String installedBy,
        Instant installedAt,
        String changedBy,
        Instant changedAt) {
    /**
     * A tool of the skill.
     *
     * @param name as it is in the catalogue
     * @param description what it does
     * @param risk the least care that it asks for
     */
    record ToolLine(String name, String description, String risk) {}

    /**
     * What a call needs at most.
     *
     * @param wallMs wall-clock time in milliseconds
     * @param fuel units of work
     * @param memoryPages pages of 64 KiB
     * @param outputBytes answer and log together
     * @param hostCalls calls of host functions
     */
    record LimitsView(long wallMs, long fuel, int memoryPages, int outputBytes, int hostCalls) {}

    static SkillView of(SkillVersionRow row, List<String> widens) {
        SkillManifest manifest = row.manifest();
        return new SkillView(
                row.skill(),
                row.version(),
                row.state().wire(),
                row.reason(),
                manifest.publisher(),
                row.signer().fingerprint().hex(),
                row.packageDigest().hex(),
                manifest.moduleDigest().hex(),
                manifest.tools().stream()
                        .map(tool -> new ToolLine(
                                SkillPublication.toolName(row.skill(), tool.name()),
                                tool.description(),
                                tool.risk().wire()))
                        .toList(),
                manifest.capabilities().all(),
                widens,
                row.granted(),
                new LimitsView(
                        manifest.limits().wall().toMillis(),
                        manifest.limits().fuel(),
                        manifest.limits().memoryPages(),
                        manifest.limits().outputBytes(),
                        manifest.limits().hostCalls()),
                row.installedBy(),
                row.installedAt(),
                row.changedBy(),
                row.changedAt());
    }
}
