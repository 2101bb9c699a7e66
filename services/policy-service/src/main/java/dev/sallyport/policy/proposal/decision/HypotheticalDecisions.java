package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyExplanation;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.RehearsalEngine;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Decides calls that nobody has proposed, on any policy set: with the configuration, roles and freezes that are there
 * now. Neither the vault nor the nodes are asked, and nothing is stored.
 */
@Component
public class HypotheticalDecisions {
    private final FactSource source;
    private final Decider decider;
    private final PolicyEngine engine;

    HypotheticalDecisions(FactSource source, RehearsalEngine rehearsals) {
        this.source = source;
        this.engine = rehearsals.engine();
        this.decider = new Decider(engine);
    }

    /**
     * The explanation of what would be decided.
     *
     * @param tool the tool of the call, null when it does not exist
     */
    public PolicyExplanation explain(PolicySnapshot snapshot, ProposedCall call, @Nullable ToolMetadata tool) {
        Verdict verdict = decider.decideOn(snapshot, source.gather(call, tool));
        return engine.explain(snapshot, Verdict.requestOf(verdict.facts()), verdict.context(), verdict.decision());
    }
}
