package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.policy.catalogue.ToolMetadata;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What this service knows about a call at one moment. A decision depends on these and on the active policy set, and on
 * nothing else but the vault.
 *
 * @param call the call
 * @param tool the tool's newest version, null when it does not exist
 * @param config the workspace's configuration
 * @param role the principal's role; empty for one that is no member any more, to whom no policy permits anything
 * @param frozen whether a freeze covers the call
 * @param left what the call's run, and its principal's hour, have left
 * @param at when these were gathered
 */
public record CallFacts(
        ProposedCall call,
        @Nullable ToolMetadata tool,
        ToolCallConfig config,
        String role,
        boolean frozen,
        CallBudgets.Left left,
        Instant at) {}
