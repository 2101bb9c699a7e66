package dev.sallyport.policy.proposal;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.proposal.decision.Verdict;
import dev.sallyport.statements.vocabulary.CallOutcome;

/** Why a call is stopped before it ends by itself, and how it then ends. */
public enum StopReason {
    /** Somebody asked for it. */
    CANCELLED(CallOutcome.CANCELLED),
    /** The token that proposed it was revoked. */
    TOKEN_REVOKED(CallOutcome.CANCELLED),
    /** The grant by which it was approved was revoked. */
    GRANT_REVOKED(CallOutcome.CANCELLED),
    /** Its principal was removed from the workspace. */
    MEMBER_REMOVED(CallOutcome.CANCELLED),
    /** A freeze covers it. */
    FROZEN(CallOutcome.CANCELLED),
    /** Nobody claimed it in time. */
    EXPIRED(CallOutcome.EXPIRED),
    /** The set now active, or the configuration, does not allow it any more. */
    POLICY_CHANGED(CallOutcome.DENIED),
    /** Control found at the claim that the permit does not verify any more: its signer's key was revoked. */
    PERMIT_NOT_VALID(CallOutcome.REFUSED),
    /** Control found at the claim that the skill is not enabled any more, or not as it was permitted. */
    SKILL_NOT_ENABLED(CallOutcome.REFUSED);

    private final CallOutcome outcome;

    StopReason(CallOutcome outcome) {
        this.outcome = outcome;
    }

    /** How a call ends that was stopped for this. */
    public CallOutcome outcome() {
        return outcome;
    }

    /** Why a call is stopped that this verdict does not permit. */
    public static StopReason of(Verdict verdict) {
        return verdict.decision().code() == DecisionCode.FROZEN ? FROZEN : POLICY_CHANGED;
    }
}
