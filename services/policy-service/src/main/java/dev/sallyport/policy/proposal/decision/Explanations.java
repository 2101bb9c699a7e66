package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyExplanation;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.record.Detail;
import org.springframework.stereotype.Component;

/** Explains verdicts: why, and what would change it. */
@Component
public class Explanations {
    private final PolicyEngine engine;

    Explanations(PolicyEngine engine) {
        this.engine = engine;
    }

    /** The explanation in canonical JSON, as a new detail. */
    public Detail of(Verdict verdict) {
        ToolDecision decision = verdict.decision();
        PolicyExplanation explanation = engine.explain(Verdict.requestOf(verdict.call()), verdict.context(), decision);
        boolean noRule = decision.denied() && decision.rules().isEmpty();
        return Detail.of(StatementJson.canonical(
                noRule ? decision.code().remedy().map(explanation::allowedBy).orElse(explanation) : explanation));
    }
}
