package dev.sallyport.policy.engine;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.engine.rule.Obligations;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Decision.Outcome;
import dev.sallyport.statements.predicate.RuleRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came out for one request.
 *
 * @param code why; the outcome follows from it
 * @param policyEnforced whether policies decided; false where nothing could decide and the request was denied for that
 * @param rules the determining rules: the permits of an allowed request, else the forbids
 * @param obligations what the determining rules demand, at its strictest
 * @param policySetVersion the set that decided, null where none did
 * @param requestHash SHA-256 of a salt and the canonical request and context; null where these could not be written down
 * @param errors what failed, where something did
 */
public record ToolDecision(
        DecisionCode code,
        boolean policyEnforced,
        List<RuleRef> rules,
        Obligations obligations,
        @Nullable Digest policySetVersion,
        @Nullable Digest requestHash,
        List<String> errors) {
    /** Copies the lists; refuses an allowed request on which no policy decided. */
    public ToolDecision {
        rules = List.copyOf(rules);
        errors = List.copyOf(errors);
        if (code.outcome() != Outcome.DENY && (!policyEnforced || policySetVersion == null || requestHash == null)) {
            throw new IllegalArgumentException("what is not denied was decided by policies");
        }
    }

    /** Allow, deny or approval required. */
    public Outcome outcome() {
        return code.outcome();
    }

    /** Whether it may be done now. */
    public boolean allowed() {
        return outcome() == Outcome.ALLOW;
    }

    /** Whether a human may still unlock it. */
    public boolean approvalRequired() {
        return outcome() == Outcome.APPROVAL_REQUIRED;
    }

    /** Whether neither a permit nor a human can let it through. */
    public boolean denied() {
        return outcome() == Outcome.DENY;
    }

    /** The same, taken on a request of this hash. */
    ToolDecision of(Digest hash) {
        return new ToolDecision(code, policyEnforced, rules, obligations, policySetVersion, hash, errors);
    }

    /** Denied instead for a reason outside the policies, such as the budget or a freeze: no rule determined that. */
    public ToolDecision deniedFor(DecisionCode reason) {
        return new ToolDecision(
                reason, policyEnforced, List.of(), Obligations.NONE, policySetVersion, requestHash, errors);
    }
}
