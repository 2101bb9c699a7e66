package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.catalogue.ToolCatalogue;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.statements.predicate.RuleRef;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
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
    private final ProgramCheck programs;
    private final DecisionMetrics metrics;

    CallDecisions(
            ToolCatalogue catalogue,
            FactSource source,
            Decider decider,
            SecretCheck secrets,
            ProgramCheck programs,
            DecisionMetrics metrics) {
        this.catalogue = catalogue;
        this.source = source;
        this.decider = decider;
        this.secrets = secrets;
        this.programs = programs;
        this.metrics = metrics;
    }

    /**
     * Decides a call that has just been proposed.
     *
     * @param tool the tool that was found for it, null when it does not exist
     */
    public Verdict decide(ProposedCall call, @Nullable ToolMetadata tool) {
        return decide(call, tool, List.of());
    }

    /** Decides a call again, with the rules lifted that humans have lifted. */
    public Verdict decideAgain(ProposedCall call, Collection<RuleRef> lifted) {
        return decide(call, catalogue.find(call.proposal().tool()).orElse(null), lifted);
    }

    private Verdict decide(ProposedCall call, @Nullable ToolMetadata tool, Collection<RuleRef> lifted) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(
                    "a decision may ask the vault or control, so it is not made within a transaction");
        }
        long began = System.nanoTime();
        CallFacts facts = source.gather(call, tool);
        Verdict decided = decider.decide(facts, lifted);
        Verdict verdict = programs.verify(secrets.verify(decided));
        metrics.decided(verdict.decision().code(), Duration.ofNanos(System.nanoTime() - began));
        return verdict;
    }
}
