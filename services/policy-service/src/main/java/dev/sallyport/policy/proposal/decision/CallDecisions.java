package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.permit.SandboxTerms;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Decides calls from what this service itself knows now: at the proposal, at the human answer and at every permit.
 * Nothing is carried over from an earlier decision but the proposal. Never called while a call's row is held: the
 * last steps ask the vault and control.
 */
@Component
public class CallDecisions {
    private final ToolCatalogue catalogue;
    private final FactSource source;
    private final Decider decider;
    private final SecretCheck secrets;
    private final OfferCheck offers;
    private final DecisionMetrics metrics;

    CallDecisions(
            ToolCatalogue catalogue,
            FactSource source,
            Decider decider,
            SecretCheck secrets,
            OfferCheck offers,
            DecisionMetrics metrics) {
        this.catalogue = catalogue;
        this.source = source;
        this.decider = decider;
        this.secrets = secrets;
        this.offers = offers;
        this.metrics = metrics;
    }

    /**
     * Decides a call that has just been proposed, but for its secrets.
     *
     * @param tool the tool that was found for it, null when it does not exist
     * @throws DecisionUnavailableException when nothing can be decided now
     */
    public Verdict decide(ProposedCall call, @Nullable ToolMetadata tool) {
        return decided(() -> offers.verify(known(decider.decide(source.gather(call, tool), List.of()))));
    }

    /** Whether {@link #withSecrets} would ask the vault. */
    public boolean needsVault(Verdict verdict) {
        return secrets.isNeeded(verdict);
    }

    /**
     * The verdict with the secrets' versions, or a denial. May take seconds.
     *
     * @throws DecisionUnavailableException when the vault does not say now
     */
    public Verdict withSecrets(Verdict verdict) {
        refuseWithinTransaction();
        return secrets.verify(verdict);
    }

    /**
     * Decides a call again, secrets included, with the rules lifted that humans have lifted. May take seconds. What would be
     * held less than they were shown is denied: they have said yes to another call. Nodes that are away just now deny
     * nothing any more: the call waits for them.
     *
     * @param shown what people were shown that would hold the call; null where nobody was asked
     * @throws DecisionUnavailableException when nothing can be decided now
     */
    public Verdict decideAgain(ProposedCall call, Collection<RuleRef> lifted, @Nullable SandboxTerms shown) {
        Proposal proposal = call.proposal();
        ToolMetadata tool = catalogue
                .find(proposal.workspaceId(), proposal.tool(), proposal.toolVersion())
                .orElse(null);
        Verdict verdict = withSecrets(decided(() -> known(decider.decide(source.gather(call, tool), lifted))));
        return shown == null || !verdict.permits() || verdict.terms().sandbox().isAtLeast(shown)
                ? verdict
                : verdict.deniedFor(DecisionCode.SANDBOX_WEAKENED);
    }

    private Verdict decided(Supplier<Verdict> decision) {
        refuseWithinTransaction();
        long began = System.nanoTime();
        Verdict verdict = decision.get();
        metrics.decided(verdict.decision().code(), Duration.ofNanos(System.nanoTime() - began));
        if (verdict.decision().code() == DecisionCode.POLICY_UNAVAILABLE) {
            throw new DecisionUnavailableException(
                    "POLICY_UNAVAILABLE",
                    "The policy engine cannot decide now. Try again after the number of seconds in Retry-After.",
                    null);
        }
        return verdict;
    }

    /** A tool that was retired is told from one that never was. */
    private Verdict known(Verdict verdict) {
        Proposal proposal = verdict.call().proposal();
        return verdict.decision().code() == DecisionCode.UNKNOWN_TOOL
                        && catalogue.isRetired(proposal.workspaceId(), proposal.tool())
                ? verdict.deniedFor(DecisionCode.TOOL_RETIRED)
                : verdict;
    }

    private static void refuseWithinTransaction() {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(
                    "a decision may ask the vault or control, so it is not made within a transaction");
        }
    }
}
