package dev.sallyport.executor.control.skill;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.skills.pack.PublisherKey;
import dev.sallyport.skills.pack.SkillRelease;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.skill.SkillState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version of a skill of a workspace.
 *
 * @param workspaceId whose it is
 * @param manifest what it is and asks for
 * @param packageDigest its package
 * @param signer who signed it
 * @param state whether it may be called
 * @param reason why it is in this state, for people
 * @param granted what the operator granted when it was enabled, as capabilities' wire names
 * @param enabledBy number of the publication that enabled it last, null before the first
 * @param installedBy who installed it
 * @param installedAt when
 * @param changedBy who brought it into this state
 * @param changedAt when
 */
public record SkillVersionRow(
        String workspaceId,
        SkillManifest manifest,
        Digest packageDigest,
        PublisherKey signer,
        SkillState state,
        String reason,
        List<String> granted,
        @Nullable Long enabledBy,
        String installedBy,
        Instant installedAt,
        String changedBy,
        Instant changedAt) {
    /** Copies the list. */
    public SkillVersionRow {
        granted = List.copyOf(granted);
    }

    /** The skill's dotted name. */
    public String skill() {
        return manifest.id();
    }

    /** The version. */
    public String version() {
        return manifest.version().text();
    }

    SkillRelease release() {
        return new SkillRelease(packageDigest, manifest);
    }

    static SkillManifest manifest(byte[] toml) {
        try {
            return SkillManifest.parse(toml);
        } catch (SkillRefusedException e) {
            throw new IllegalStateException("the manifest of a stored package cannot be read", e);
        }
    }
}
