package dev.sallyport.executor.control.skill.web;

import dev.sallyport.executor.control.skill.SkillVersionRow;
import java.time.Instant;

/**
 * A version of a skill in a list.
 *
 * @param skill the skill's id
 * @param version the version
 * @param state {@code quarantined}, {@code enabled} or {@code revoked}
 * @param reason why it is in this state
 * @param publisher whose it is
 * @param signedBy fingerprint of the key that signed it
 * @param packageDigest digest of its package
 * @param changedBy who brought it into this state
 * @param changedAt when
 */
record SkillLine(
        String skill,
        String version,
        String state,
        String reason,
        String publisher,
        String signedBy,
        String packageDigest,
        String changedBy,
        Instant changedAt) {
    static SkillLine of(SkillVersionRow row) {
        return new SkillLine(
                row.skill(),
                row.version(),
                row.state().wire(),
                row.reason(),
                row.manifest().publisher(),
                row.signer().fingerprint().hex(),
                row.packageDigest().hex(),
                row.changedBy(),
                row.changedAt());
    }
}
