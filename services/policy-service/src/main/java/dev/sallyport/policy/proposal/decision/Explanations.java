package dev.sallyport.policy.proposal.decision;

import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyExplanation;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.record.Detail;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Explains verdicts: why, and what would change it. */
@Component
public class Explanations {
    private static final String PROPOSE_AGAIN =
            "The tool has another version now than when the call was proposed. Propose the call again.";

    private final PolicyEngine engine;

    Explanations(PolicyEngine engine) {
        this.engine = engine;
    }

    /** The explanation in canonical JSON, as a new detail. A denial takes the policy engine's time: hold nothing meanwhile. */
    public Detail of(Verdict verdict) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("an explanation may take long, so it is not made within a transaction");
        }
        ToolDecision decision = verdict.decision();
        PolicyExplanation explanation = engine.explain(Verdict.requestOf(verdict.call()), verdict.context(), decision);
        boolean noRule = decision.denied() && decision.rules().isEmpty();
        PolicyExplanation told =
                noRule ? decision.code().remedy().map(explanation::allowedBy).orElse(explanation) : explanation;
        return Detail.of(StatementJson.canonical(
                decision.allowed() && !verdict.permits() ? explanation.allowedBy(PROPOSE_AGAIN) : told));
    }
}
