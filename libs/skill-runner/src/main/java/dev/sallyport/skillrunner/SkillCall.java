package dev.sallyport.skillrunner;

import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.statements.Digest;
import java.time.Instant;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call of one tool of a skill. The same call of the same package gives the same result on every machine, unless it
 * reaches the limit of time or of the stack.
 *
 * @param tool the tool's name within the skill
 * @param input its arguments
 * @param granted what the operator and the policy allow for this call; what the manifest does not ask for counts nothing
 * @param limits what the operator and the policy allow at most; the manifest's are not exceeded either
 * @param now the time that the module is told, to the millisecond
 * @param seed what random bytes are made from. Chosen at random it makes them unpredictable; kept, it makes the call
 *     repeatable
 */
public record SkillCall(
        String tool, ObjectNode input, Set<CapabilityKind> granted, SkillLimits limits, Instant now, Digest seed) {
    /** Copies what was granted and the input. */
    public SkillCall {
        granted = Set.copyOf(granted);
        input = input.deepCopy();
    }
}
