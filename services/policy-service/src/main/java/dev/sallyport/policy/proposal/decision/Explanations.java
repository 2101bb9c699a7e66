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
    private final Hints hints;

    Explanations(PolicyEngine engine, Hints hints) {
        this.engine = engine;
        this.hints = hints;
    }

    /** The explanation in canonical JSON, as a new detail. A denial takes the policy engine's time: hold nothing meanwhile. */
    public Detail of(Verdict verdict) {
        return of(verdict, false);
    }

    /**
     * The same for a caller who has just proposed the call.
     *
     * @param mayReadTools whether it may be told names of tools and programs
     */
    public Detail of(Verdict verdict, boolean mayReadTools) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("an explanation may take long, so it is not made within a transaction");
        }
        ToolDecision decision = verdict.decision();
        PolicyExplanation explanation = engine.explain(Verdict.requestOf(verdict.facts()), verdict.context(), decision);
        boolean noRule = decision.denied() && decision.rules().isEmpty();
        PolicyExplanation told =
                noRule ? decision.code().remedy().map(explanation::allowedBy).orElse(explanation) : explanation;
        PolicyExplanation hinted = mayReadTools ? told.allowedFirstBy(hints.of(verdict)) : told;
        return Detail.of(StatementJson.canonical(
                decision.allowed() && !verdict.permits() ? explanation.allowedBy(PROPOSE_AGAIN) : hinted));
    }
}
