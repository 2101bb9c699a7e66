package dev.sallyport.policy.permit;

import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.Tier;

/**
 * What holds a call, as far as people are shown it and it may change without the call.
 *
 * @param tier the least sandbox tier
 * @param egress how the network is held
 * @param limits what the call may use up
 */
public record SandboxTerms(Tier tier, EgressEnforcementMode egress, Limits limits) {
    /** Whether a call is held no less than on those terms, in each point. */
    public boolean isAtLeast(SandboxTerms those) {
        return tier.satisfies(those.tier) && egress.compareTo(those.egress) >= 0 && isWithin(those.limits);
    }

    private boolean isWithin(Limits most) {
        return limits.wallMs() <= most.wallMs()
                && limits.cpuMs() <= most.cpuMs()
                && limits.memoryBytes() <= most.memoryBytes()
                && limits.outputBytes() <= most.outputBytes()
                && limits.processes() <= most.processes()
                && limits.openFiles() <= most.openFiles()
                && limits.fileBytes() <= most.fileBytes()
                && limits.workspaceBytes() <= most.workspaceBytes();
    }
}
