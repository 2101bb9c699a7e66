package dev.sallyport.executor.tool;

import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.Tier;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A permitted call as a tool gets it; everything in it was verified.
 *
 * @param origin whose call it is
 * @param tool which tool
 * @param arguments parsed from the canonical bytes whose digest was permitted
 * @param workspace the session's folder, made when it is first asked for: a tool that needs none does not ask
 * @param stillWanted asked right before a program is let go; throws {@code Cancelled} if the call was ended meanwhile
 * @param terms on which terms it may run
 * @param secrets those that were redeemed for it
 */
public record ToolCall(
        Origin origin,
        ToolIdentity tool,
        ObjectNode arguments,
        Supplier<Path> workspace,
        Runnable stillWanted,
        Terms terms,
        CallSecrets secrets) {
    /**
     * Whose call it is.
     *
     * @param workspaceId the workspace of the proposal
     * @param principal who proposed it
     * @param skill the skill that provides the tool, null for a tool of the fleet
     * @param seed what a deterministic tool makes its random numbers from: the permit's digest
     * @param now the time that a deterministic tool is told: when the permit was issued, milliseconds
     */
    public record Origin(
            String proposalId,
            String workspaceId,
            String principal,
            @Nullable String skill,
            Digest seed,
            Instant now) {}

    /**
     * The terms of the permit.
     *
     * @param executable the program that it names, null without one
     * @param confined whether that program runs confined
     * @param program what that program may be given beyond its arguments
     * @param tier the least tier
     * @param secrets what the tool may redeem
     * @param skill the skill whose module runs, and what it is granted; null for any other tool
     */
    public record Terms(
            @Nullable String executable,
            boolean confined,
            PermittedProgram program,
            Tier tier,
            Egress egress,
            Limits limits,
            List<SecretGrant> secrets,
            @Nullable PermittedSkill skill) {
        /** Copies the list. */
        public Terms {
            secrets = List.copyOf(secrets);
        }

        /** Those of a permit. */
        public static Terms of(ExecutionPermit permit) {
            return new Terms(
                    permit.runtime().executable(),
                    permit.runtime().confined(),
                    Objects.requireNonNullElse(permit.runtime().program(), PermittedProgram.NONE),
                    permit.tier(),
                    permit.egress(),
                    permit.limits(),
                    permit.secrets(),
                    permit.runtime().skill());
        }
    }
}
