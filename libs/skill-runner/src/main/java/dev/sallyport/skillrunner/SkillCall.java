package dev.sallyport.skillrunner;

import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.WireName;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
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
    private static final long PAGE_BYTES = 64 << 10;

    /** Copies what was granted and the input. */
    public SkillCall {
        granted = Set.copyOf(granted);
        input = input.deepCopy();
    }

    /**
     * The call that a permit is for. Everything that it depends on is in the permit and the arguments, so whoever has them
     * and the package can repeat it.
     *
     * @param tool the tool's name within the skill
     * @param input the arguments that were permitted
     * @param skill what the permit says of the skill
     * @param limits what the permit says of limits
     * @param issuedAt when the permit was issued
     * @param permit the permit's digest
     * @throws IllegalArgumentException for a capability that this runner does not know
     */
    public static SkillCall permitted(
            String tool, ObjectNode input, PermittedSkill skill, Limits limits, Instant issuedAt, Digest permit) {
        Set<CapabilityKind> granted = EnumSet.noneOf(CapabilityKind.class);
        for (String name : skill.capabilities()) {
            granted.add(WireName.find(CapabilityKind.class, name)
                    .orElseThrow(() -> new IllegalArgumentException("no capability is called " + name)));
        }
        return new SkillCall(
                tool,
                input,
                granted,
                new SkillLimits(
                        Duration.ofMillis(limits.wallMs()),
                        skill.fuel(),
                        (int) Math.min(Integer.MAX_VALUE, limits.memoryBytes() / PAGE_BYTES),
                        (int) Math.min(Integer.MAX_VALUE, limits.outputBytes()),
                        skill.hostCalls()),
                issuedAt,
                permit);
    }
}
