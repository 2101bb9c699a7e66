package dev.sallyport.statements.vocabulary;

import dev.sallyport.statements.Digest;
import java.util.List;

/**
 * Which skill a permit is for, and what of its manifest holds for this call.
 *
 * @param id the skill's dotted name
 * @param version its version
 * @param packageDigest digest of its package: a node runs exactly this one
 * @param capabilities what the module is granted, as the manifest's words for host functions; what is not named here is
 *     denied to the module
 * @param fuel units of work at most
 * @param hostCalls calls of host functions at most
 */
public record PermittedSkill(
        String id, String version, Digest packageDigest, List<String> capabilities, long fuel, int hostCalls) {
    /** Copies the list. */
    public PermittedSkill {
        capabilities = List.copyOf(capabilities);
    }
}
