package dev.sallyport.skills.pack;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.skills.manifest.SkillManifest;
import dev.sallyport.statements.Digest;
import java.util.List;

/**
 * A version of a skill that was accepted once.
 *
 * @param digest its package's
 * @param manifest what it asked for
 */
public record SkillRelease(Digest digest, SkillManifest manifest) {
    /** The package's. */
    public static SkillRelease of(SkillPackage skill) {
        return new SkillRelease(skill.digest(), skill.manifest());
    }

    /**
     * Checks a version against those that are there: a version's content never changes, versions only rise, and a skill
     * stays its publisher's.
     *
     * @param accepted every version of this skill that was ever accepted, in any order
     * @return what it asks for beyond the newest of them, one line each, for a person to confirm; empty if it asks for the
     *     same or less. A first version asks for everything that it names
     * @throws SkillRefusedException {@code PUBLISHER_CHANGED}, {@code VERSION_TAKEN} or {@code VERSION_OLDER}
     */
    public List<String> widens(List<SkillRelease> accepted) throws SkillRefusedException {
        SkillRelease newest = null;
        for (SkillRelease other : accepted) {
            SkillManifest known = other.manifest;
            if (!known.id().equals(manifest.id())) {
                throw new IllegalArgumentException(known.id() + " is another skill than " + manifest.id());
            }
            if (!known.publisher().equals(manifest.publisher())) {
                throw new SkillRefusedException(
                        Refusal.PUBLISHER_CHANGED,
                        manifest.id() + " belongs to the publisher " + known.publisher() + ".");
            }
            if (known.version().equals(manifest.version()) && !other.digest.equals(digest)) {
                throw new SkillRefusedException(
                        Refusal.VERSION_TAKEN,
                        manifest.id() + " " + manifest.version()
                                + " exists with other content. Give it a new version.");
            }
            if (newest == null || known.version().compareTo(newest.manifest.version()) > 0) {
                newest = other;
            }
        }
        if (newest == null) {
            return manifest.beyondNothing();
        }
        if (manifest.version().compareTo(newest.manifest.version()) < 0) {
            throw new SkillRefusedException(
                    Refusal.VERSION_OLDER,
                    manifest.id() + " " + manifest.version() + " is older than " + newest.manifest.version()
                            + ", which is there already.");
        }
        return manifest.beyond(newest.manifest);
    }
}
