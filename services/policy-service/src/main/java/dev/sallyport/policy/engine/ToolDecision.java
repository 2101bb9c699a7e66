package dev.sallyport.policy.engine;

import dev.sallyport.statements.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came out for one request.
 *
 * @param allowed whether it may be done now
 * @param approvalRequired whether a human may still unlock it; never together with {@code allowed}
 * @param policyEnforced whether policies decided; false where nothing could decide and the request was denied for that
 * @param code why
 * @param rules the determining rules: the permits of an allowed request, else the forbids
 * @param obligations what the determining rules demand, at its strictest
 * @param policySetVersion the set that decided, null where none did
 * @param requestHash SHA-256 of the canonical request and context
 * @param errors what failed, where something did
 */
public record ToolDecision(
        boolean allowed,
        boolean approvalRequired,
        boolean policyEnforced,
        DecisionCode code,
        List<RuleIdentity> rules,
        Obligations obligations,
        @Nullable Digest policySetVersion,
        Digest requestHash,
        List<String> errors) {
    /** Copies the lists and refuses contradictions. */
    public ToolDecision {
        rules = List.copyOf(rules);
        errors = List.copyOf(errors);
        if (allowed && (approvalRequired || code != DecisionCode.ALLOWED || !policyEnforced)) {
            throw new IllegalArgumentException("an allowed request was decided by policies and needs no approval");
        }
    }

    /** Whether neither a permit nor a human can let it through. */
    public boolean denied() {
        return !allowed && !approvalRequired;
    }

    /** Denied instead for a reason outside the policies, such as the budget or a freeze: no rule determined that. */
    public ToolDecision deniedFor(DecisionCode reason) {
        return new ToolDecision(
                false,
                false,
                policyEnforced,
                reason,
                List.of(),
                Obligations.NONE,
                policySetVersion,
                requestHash,
                errors);
    }
}
