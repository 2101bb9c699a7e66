package dev.sallyport.policy.catalogue;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.skill.SkillState;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The skill that a tool is of, as executor control published it.
 *
 * @param id dotted name
 * @param release the skill's version
 * @param publisher whose it is
 * @param packageDigest its package
 * @param moduleDigest SHA-256 of its module
 * @param state whether it may be called
 * @param capabilities what the operator grants of what its manifest asks for
 * @param askHuman whether its publisher wants a human to be asked at each call, whatever the workspace says
 * @param fuel units of work that one call needs at most
 * @param hostCalls calls of host functions that one call needs at most
 * @param asked what its manifest asks for and who signed it; null where that was not told
 */
public record SkillOrigin(
        String id,
        String release,
        String publisher,
        Digest packageDigest,
        Digest moduleDigest,
        SkillState state,
        Set<String> capabilities,
        boolean askHuman,
        long fuel,
        int hostCalls,
        SkillPublication.@Nullable Asked asked) {
    /** The capability of requests to hosts, with the secrets that go along. */
    public static final String HTTP = "http";

    /** Copies the set. */
    public SkillOrigin {
        capabilities = Set.copyOf(capabilities);
    }
}
