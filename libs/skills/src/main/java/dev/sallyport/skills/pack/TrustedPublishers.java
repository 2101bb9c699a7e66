package dev.sallyport.skills.pack;

import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import java.util.Map;
import java.util.Set;

/**
 * The publishers that are known here. A publisher has one key; a revoked key never counts again, whoever shows it.
 *
 * @param keys by publisher
 * @param revoked keys that count no longer
 * @param firstUse whether a publisher that is not known may be let into quarantine
 */
public record TrustedPublishers(Map<String, PublisherKey> keys, Set<PublisherKey> revoked, boolean firstUse) {
    /** Copies the keys. */
    public TrustedPublishers {
        keys = Map.copyOf(keys);
        revoked = Set.copyOf(revoked);
    }

    /**
     * Tells what the package's signature allows. It is to be asked again before every run, since a key may have been
     * revoked meanwhile.
     *
     * @throws SkillRefusedException {@code UNSIGNED}, {@code PUBLISHER_KEY_REVOKED}, {@code PUBLISHER_KEY_CHANGED} or
     *     {@code PUBLISHER_UNKNOWN}
     */
    public PublisherStanding standing(SkillPackage skill) throws SkillRefusedException {
        PublisherKey signer = skill.signer()
                .orElseThrow(() -> new SkillRefusedException(
                        Refusal.UNSIGNED, "The package is not signed. Ask its publisher for the signed one."));
        return standing(skill.manifest().publisher(), signer);
    }

    /**
     * Tells what the signature of a package allows whose signer was kept.
     *
     * @throws SkillRefusedException {@code PUBLISHER_KEY_REVOKED}, {@code PUBLISHER_KEY_CHANGED} or {@code
     *     PUBLISHER_UNKNOWN}
     */
    public PublisherStanding standing(String publisher, PublisherKey signer) throws SkillRefusedException {
        if (revoked.contains(signer)) {
            throw new SkillRefusedException(
                    Refusal.PUBLISHER_KEY_REVOKED,
                    "The package is signed by a key of " + publisher + " that was revoked: " + signer.fingerprint()
                            + ".");
        }
        PublisherKey known = keys.get(publisher);
        if (known != null && !known.equals(signer)) {
            throw new SkillRefusedException(
                    Refusal.PUBLISHER_KEY_CHANGED,
                    "The publisher " + publisher + " is known here by the key " + known.fingerprint()
                            + ", but the package is signed by " + signer.fingerprint()
                            + ". Somebody may be pretending to be the publisher; ask them by another way.");
        }
        if (known == null && !firstUse) {
            throw new SkillRefusedException(
                    Refusal.PUBLISHER_UNKNOWN,
                    "The publisher " + publisher + " is not known here. Compare the fingerprint " + signer.fingerprint()
                            + " with the publisher and add the key first.");
        }
        return known == null ? PublisherStanding.FIRST_USE : PublisherStanding.KNOWN;
    }
}
